// This person's microphone, camera and screen: one for lobby and call, so that what was chosen in the one holds in the other.
import { Lane, type Failure, type LaneInput, type LaneOutput } from './lane.ts'
import { Observable } from './observable.ts'
import type { Device, MediaKind, RtcPlatform, Track } from './rtc.ts'

export interface LaneState {
  on: boolean
  starting: boolean
  failure: Failure | undefined
  device: string | undefined
  track: Track | null
}

export interface MediaState {
  microphone: LaneState
  camera: LaneState
  screen: Track | null
  devices: readonly Device[]
  /** Where to play what the other says; the platform's own choice when absent. */
  speaker: string | undefined
}

/** What outlives a reload. */
export interface MediaChoices {
  microphone: boolean
  camera: boolean
  microphoneDevice?: string
  cameraDevice?: string
  speaker?: string
}

export interface ChoiceDrawer {
  read(): MediaChoices
  write(choices: MediaChoices): void
}

const failures: Record<string, Failure> = {
  NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'missing', OverconstrainedError: 'missing',
  NotReadableError: 'busy', AbortError: 'busy', TypeError: 'insecure',
}

export class LocalMedia {
  readonly state: Observable<MediaState>
  readonly #platform: RtcPlatform
  readonly #drawer: ChoiceDrawer
  readonly #lanes = { audio: new Lane<Track>(), video: new Lane<Track>() }
  #screen: Track | null = null
  #devices: readonly Device[] = []
  #speaker: string | undefined
  #open = 0
  #stopWatching: (() => void) | undefined

  constructor(platform: RtcPlatform, drawer: ChoiceDrawer) {
    this.#platform = platform
    this.#drawer = drawer
    const choices = drawer.read()
    this.#speaker = choices.speaker
    this.#lanes.audio.handle({ kind: 'choose', device: choices.microphoneDevice })
    this.#lanes.video.handle({ kind: 'choose', device: choices.cameraDevice })
    this.state = new Observable(this.#snapshot())
  }

  /** What goes to the other side now. */
  outgoing(kind: MediaKind): Track | null {
    return kind === 'video' ? (this.#screen ?? this.#lanes.video.track) : this.#lanes.audio.track
  }

  /** How the next call begins. */
  get choices(): MediaChoices {
    return this.#drawer.read()
  }

  /** Takes the devices as they were last time, or as asked; the answer lets go of them, when nobody else holds them. */
  open(wish: Partial<Pick<MediaChoices, 'microphone' | 'camera'>> = {}): () => void {
    const choices = { ...this.#drawer.read(), ...wish }
    if (this.#open++ === 0) {
      this.#stopWatching = this.#platform.onDevices(() => void this.#list())
      void this.#list()
    }
    this.#do('audio', { kind: 'want', on: choices.microphone })
    this.#do('video', { kind: 'want', on: choices.camera })
    let open = true
    return () => {
      if (!open) return
      open = false
      if (--this.#open === 0) this.#close()
    }
  }

  /** In a call a muted microphone is held, so that it is back at once; in a lobby it is let go. */
  hold(hold: boolean): void {
    this.#do('audio', { kind: 'hold', hold })
  }

  setMicrophone(on: boolean): void {
    this.#do('audio', { kind: 'want', on })
    this.#remember({ microphone: on })
  }

  setCamera(on: boolean): void {
    this.#do('video', { kind: 'want', on })
    this.#remember({ camera: on })
  }

  chooseMicrophone(device: string): void {
    this.#do('audio', { kind: 'choose', device })
    this.#remember({ microphoneDevice: device })
  }

  chooseCamera(device: string): void {
    this.#do('video', { kind: 'choose', device })
    this.#remember({ cameraDevice: device })
  }

  chooseSpeaker(device: string): void {
    this.#speaker = device
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
    this.hold(false)
    this.#do('audio', { kind: 'want', on: false })
    this.#do('video', { kind: 'want', on: false })
  }

  #do(kind: MediaKind, input: LaneInput<Track>): void {
    for (const output of this.#lanes[kind].handle(input)) this.#act(kind, output)
    this.#tell()
  }

  #act(kind: MediaKind, output: LaneOutput<Track>): void {
    switch (output.kind) {
      case 'capture':
        this.#platform.capture(kind, output.device).then(
          (track) => {
            track.addEventListener('ended', () => this.#do(kind, { kind: 'ended', track }))
            this.#do(kind, { kind: 'captured', track })
            void this.#list() // only now do devices have names
          },
          (thrown: unknown) => {
            const name = (thrown as { name?: string } | null)?.name ?? ''
            this.#do(kind, { kind: 'failed', failure: failures[name] ?? 'failed' })
          },
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
    this.#devices = await this.#platform.devices().catch(() => [])
    this.#tell()
  }

  #remember(choice: Partial<MediaChoices>): void {
    this.#drawer.write({ ...this.#drawer.read(), ...choice })
  }

  #tell(): void {
    this.state?.set(this.#snapshot())
  }

  #snapshot(): MediaState {
    const lane = ({ on, capturing, failure, device, track }: Lane<Track>): LaneState =>
      ({ on, starting: capturing && track === null, failure, device: track?.getSettings().deviceId ?? device, track })
    return {
      microphone: lane(this.#lanes.audio),
      camera: lane(this.#lanes.video),
      screen: this.#screen,
      devices: this.#devices,
      speaker: this.#speaker,
    }
  }
}
