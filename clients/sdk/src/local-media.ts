// This person's microphone, camera and screen: one for lobby and call, so that what was chosen in the one holds in the other.
//
// What is wanted (`MediaChoices`) is kept, and only a person changes it; what is captured follows it as far as devices and the browser let it.
import { Lane, type Failure, type LaneInput, type LaneOutput } from './lane.ts'
import { Observable } from './observable.ts'
import type { Device, DeviceKind, MediaKind, RtcPlatform, Track } from './rtc.ts'

/** What one sends: the screen goes beside the camera. */
export type SentKind = MediaKind | 'screen'

export interface LaneState {
  /** Wanted now, and nothing stands against it. */
  on: boolean
  starting: boolean
  failure: Failure | undefined
  device: string | undefined
  /** The name of the chosen device, as far as it is known, while another one had to do. */
  insteadOf: string | undefined
  track: Track | null
}

export interface MediaState {
  microphone: LaneState
  camera: LaneState
  screen: Track | null
  devices: readonly Device[]
  /** Where to play what the other says; the platform's own choice when absent. */
  speaker: string | undefined
  noiseSuppression: boolean
  /** Heard for as long as a key is held. */
  talking: boolean
}

/** What outlives a reload. */
export interface MediaChoices {
  microphone: boolean
  camera: boolean
  microphoneDevice?: string
  cameraDevice?: string
  speaker?: string
  /** On unless said otherwise. */
  noiseSuppression?: boolean
}

export interface ChoiceDrawer {
  read(): MediaChoices
  write(choices: MediaChoices): void
}

const failures: Record<string, Failure> = {
  NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'missing', OverconstrainedError: 'missing',
  NotReadableError: 'busy', AbortError: 'busy', TypeError: 'insecure',
}

function failureOf(thrown: unknown): Failure {
  const { name, message } = (thrown ?? {}) as { name?: string; message?: string }
  if (name === 'NotAllowedError' && /system/i.test(message ?? '')) return 'blocked' // Chromium: "Permission denied by system"
  return failures[name ?? ''] ?? 'failed'
}

const KINDS = { audio: 'audioinput', video: 'videoinput' } as const satisfies Record<MediaKind, DeviceKind>

export class LocalMedia {
  readonly state: Observable<MediaState>
  readonly #platform: RtcPlatform
  readonly #drawer: ChoiceDrawer
  readonly #lanes = { audio: new Lane<Track>(), video: new Lane<Track>() }
  readonly #names = new Map<string, string>()
  #choices: MediaChoices
  #screen: Track | null = null
  #devices: readonly Device[] = []
  #open = 0
  #stopWatching: (() => void) | undefined

  constructor(platform: RtcPlatform, drawer: ChoiceDrawer) {
    this.#platform = platform
    this.#drawer = drawer
    this.#choices = drawer.read()
    this.#recall()
    this.state = new Observable(this.#snapshot())
  }

  /** What goes to the other side now. */
  outgoing(kind: SentKind): Track | null {
    return kind === 'screen' ? this.#screen : this.#lanes[kind].track
  }

  /** How the next call begins. */
  get choices(): MediaChoices {
    return this.#drawer.read()
  }

  /** Takes the devices as they are wanted; the answer lets go of them, when nobody else holds them. */
  open({ withoutCamera = false } = {}): () => void {
    if (this.#open++ === 0) {
      this.#recall()
      this.#stopWatching = this.#platform.onDevices(() => void this.#list())
      void this.#list()
    }
    if (withoutCamera) this.#do('video', { kind: 'meanwhile', on: false })
    this.#both({ kind: 'use', using: true })
    let open = true
    return () => {
      if (!open) return
      open = false
      if (--this.#open === 0) this.#close()
      else if (withoutCamera && this.#lanes.video.meanwhile === false) this.#do('video', { kind: 'meanwhile', on: undefined })
    }
  }

  /** In a call a muted microphone is held, so that it is back at once; in a lobby it is let go. */
  hold(hold: boolean): void {
    this.#do('audio', { kind: 'hold', hold })
  }

  setMicrophone(on: boolean): void {
    this.#remember({ microphone: on })
    this.#do('audio', { kind: 'want', on })
  }

  /** While a key is held: whoever is muted is heard, and stays muted. */
  talk(on: boolean): void {
    if (on === (this.#lanes.audio.meanwhile === true)) return
    this.#do('audio', { kind: 'meanwhile', on: on ? true : undefined })
  }

  setCamera(on: boolean): void {
    this.#remember({ camera: on })
    this.#do('video', { kind: 'want', on })
  }

  chooseMicrophone(device: string): void {
    this.#remember({ microphoneDevice: device })
    this.#do('audio', { kind: 'choose', source: { device } })
  }

  chooseCamera(device: string): void {
    this.#remember({ cameraDevice: device })
    this.#do('video', { kind: 'choose', source: { device } })
  }

  setNoiseSuppression(on: boolean): void {
    this.#remember({ noiseSuppression: on })
    this.#do('audio', { kind: 'choose', source: { noiseSuppression: on } })
  }

  chooseSpeaker(device: string): void {
    this.#remember({ speaker: device })
    this.#tell()
  }

  get canShareScreen(): boolean {
    return this.#platform.captureScreen !== undefined
  }

  async shareScreen(): Promise<void> {
    const track = await this.#platform.captureScreen?.()
    if (!track) return
    if (this.#open === 0) return track.stop()
    this.stopScreen()
    track.contentHint = 'detail'
    this.#screen = track
    track.addEventListener('ended', () => {
      if (this.#screen === track) this.stopScreen()
    })
    this.#tell()
  }

  stopScreen(): void {
    this.#screen?.stop()
    this.#screen = null
    this.#tell()
  }

  #close(): void {
    this.#stopWatching?.()
    this.stopScreen()
    this.#both({ kind: 'use', using: false })
  }

  #recall(): void {
    this.#choices = this.#drawer.read()
    const { microphone, camera, microphoneDevice, cameraDevice, noiseSuppression = true } = this.#choices
    this.#lanes.audio.handle({ kind: 'choose', source: { device: microphoneDevice, noiseSuppression } })
    this.#lanes.video.handle({ kind: 'choose', source: { device: cameraDevice } })
    this.#lanes.audio.handle({ kind: 'want', on: microphone })
    this.#lanes.video.handle({ kind: 'want', on: camera })
  }

  #both(input: LaneInput<Track>): void {
    this.#do('audio', input)
    this.#do('video', input)
  }

  #do(kind: MediaKind, input: LaneInput<Track>): void {
    for (const output of this.#lanes[kind].handle(input)) this.#act(kind, output)
    this.#tell()
  }

  #act(kind: MediaKind, output: LaneOutput<Track>): void {
    switch (output.kind) {
      case 'capture':
        this.#platform.capture(kind, output.source).then(
          (track) => {
            track.addEventListener('ended', () => this.#do(kind, { kind: 'ended', track }))
            this.#do(kind, { kind: 'captured', track, device: track.getSettings().deviceId })
            void this.#list() // only now do devices have names
          },
          (thrown: unknown) => this.#do(kind, { kind: 'failed', failure: failureOf(thrown) }),
        )
        return
      case 'enable':
        output.track.enabled = output.on
        return
      case 'stop':
        output.track.stop()
        return
      case 'publish': // whoever sends reads `outgoing` when told
        this.#tell()
    }
  }

  async #list(): Promise<void> {
    const devices = await this.#platform.devices().catch(() => undefined)
    if (!devices || this.#open === 0) return
    this.#devices = devices
    for (const { id, label } of devices) if (label) this.#names.set(id, label)
    for (const kind of ['audio', 'video'] as const) {
      this.#do(kind, { kind: 'devices', present: devices.filter((one) => one.kind === KINDS[kind]).map(({ id }) => id) })
    }
  }

  #remember(choice: Partial<MediaChoices>): void {
    this.#choices = { ...this.#drawer.read(), ...choice }
    this.#drawer.write(this.#choices)
  }

  #tell(): void {
    this.state.set(this.#snapshot())
  }

  #snapshot(): MediaState {
    const lane = ({ on, capturing, failure, chosen, instead, track }: Lane<Track>): LaneState => ({
      on, failure, track,
      starting: capturing && track === null,
      device: track?.getSettings().deviceId ?? chosen.device,
      insteadOf: instead ? (this.#names.get(chosen.device ?? '') ?? '') : undefined,
    })
    const { speaker, noiseSuppression = true } = this.#choices
    const speakers = this.#devices.filter(({ kind }) => kind === 'audiooutput')
    return {
      microphone: lane(this.#lanes.audio),
      camera: lane(this.#lanes.video),
      screen: this.#screen,
      devices: this.#devices,
      speaker: speakers.length === 0 || speakers.some(({ id }) => id === speaker) ? speaker : undefined,
      noiseSuppression,
      talking: this.#lanes.audio.meanwhile === true,
    }
  }
}
