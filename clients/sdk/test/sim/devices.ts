// Cameras, microphones and the tracks that they give.
import type { Device, MediaKind, RtcPlatform, Source, Stream, Track } from '../../src/rtc.ts'
import type { SimClock } from './clock.ts'
import type { SimNet } from './net.ts'
import { SimPeer } from './peer.ts'

export class SimTrack implements Track {
  static made = 0
  readonly id = `track${++SimTrack.made}`
  readonly label = ''
  readyState = 'live'
  enabled = true
  contentHint = ''
  readonly kind: MediaKind
  readonly noiseSuppression: boolean | undefined
  readonly #device: string
  readonly #ended: (() => void)[] = []

  constructor(kind: MediaKind, device: string, noiseSuppression?: boolean) {
    this.kind = kind
    this.noiseSuppression = noiseSuppression
    this.#device = device
  }

  stop(): void {
    this.readyState = 'ended'
  }

  /** The device is pulled out. */
  unplug(): void {
    this.readyState = 'ended'
    for (const run of this.#ended) run()
  }

  getSettings(): { deviceId?: string } {
    return { deviceId: this.#device }
  }

  addEventListener(_: 'ended', run: () => void): void {
    this.#ended.push(run)
  }
}

export class SimStream implements Stream {
  #tracks: Track[] = []

  getTracks(): Track[] {
    return this.#tracks
  }

  addTrack(track: Track): void {
    this.#tracks = [...this.#tracks, track]
  }

  removeTrack(track: Track): void {
    this.#tracks = this.#tracks.filter((one) => one !== track)
  }
}

export class SimDevices implements RtcPlatform {
  present: Device[] = [
    { id: 'mic1', kind: 'audioinput', label: 'Microphone 1' },
    { id: 'mic2', kind: 'audioinput', label: 'Microphone 2' },
    { id: 'cam1', kind: 'videoinput', label: 'Camera 1' },
    { id: 'cam2', kind: 'videoinput', label: 'Camera 2' },
  ]
  /** Whether the browser refuses. */
  denied = false
  readonly captured: SimTrack[] = []
  readonly peers: SimPeer[] = []
  readonly #clock: SimClock
  readonly #net: SimNet
  readonly #host: string
  readonly #watchers = new Set<() => void>()

  constructor(clock: SimClock, net: SimNet, host: string) {
    this.#clock = clock
    this.#net = net
    this.#host = host
  }

  peer(): SimPeer {
    const peer = new SimPeer(this.#clock, this.#net, this.#host)
    this.peers.push(peer)
    return peer
  }

  stream(): SimStream {
    return new SimStream()
  }

  async capture(kind: MediaKind, { device, noiseSuppression }: Source = {}): Promise<SimTrack> {
    await new Promise<void>((done) => void this.#clock.after(this.#clock.between(1, 300), done))
    if (this.denied) throw Object.assign(new Error('no'), { name: 'NotAllowedError' })
    const fit = this.present.filter((one) => one.kind === (kind === 'audio' ? 'audioinput' : 'videoinput'))
    const found = fit.find(({ id }) => id === device) ?? fit[0]
    if (!found) throw Object.assign(new Error('no device'), { name: 'NotFoundError' })
    const track = new SimTrack(kind, found.id, noiseSuppression)
    this.captured.push(track)
    return track
  }

  readonly captureScreen = async (): Promise<SimTrack> => {
    const track = new SimTrack('video', 'screen')
    this.captured.push(track)
    return track
  }

  async devices(): Promise<Device[]> {
    return this.present
  }

  onDevices(run: () => void): () => void {
    this.#watchers.add(run)
    return () => void this.#watchers.delete(run)
  }

  unplug(device: string): void {
    this.present = this.present.filter(({ id }) => id !== device)
    for (const track of this.captured) if (track.readyState === 'live' && track.getSettings().deviceId === device) track.unplug()
    for (const watcher of this.#watchers) watcher()
  }

  plug(device: Device): void {
    this.present = [...this.present.filter(({ id }) => id !== device.id), device]
    for (const watcher of this.#watchers) watcher()
  }
}
