// Drives one call: joins the call's state machine to the line, the peer connection and this person's devices.
import { CallLine } from './call-line.ts'
import type { CallInput, CallOutput, CallState, CallTarget } from './call-words.ts'
import { Call } from './call.ts'
import { Connection } from './connection.ts'
import type { Line } from './line.ts'
import type { LocalMedia } from './local-media.ts'
import { Measuring } from './measuring.ts'
import { Observable } from './observable.ts'
import type { Platform } from './platform.ts'
import type { Quality } from './quality.ts'
import type { RtcPlatform, Stat, Stream } from './rtc.ts'
import { safetyOf, type Safety, type SafetyFailure } from './safety-code.ts'
import type { IceServer, Media, Snapshot } from './wire.ts'

export interface CallTools {
  line: Line
  platform: Platform
  rtc: RtcPlatform
  media: LocalMedia
}

export interface CallEntry {
  target: CallTarget
  /** A call of one person to another: it ends when one of the two leaves. */
  direct: boolean
  /** Whatever was chosen for other calls; until the camera is turned on in this one. */
  withoutCamera?: boolean
}

export interface CallSessionState extends CallState {
  /** What to play. Another object whenever the other side's media begins anew. */
  remote: Stream | undefined
  /** The screen that the other one shows. */
  remoteScreen: Stream | undefined
  quality: Quality
  /** Groups of digits that both sides see alike, when nobody sits in between. */
  safetyCode: readonly string[] | undefined
  /** Why there are none, though both ends are agreed. */
  safetyFailure: SafetyFailure | undefined
}

const UNKNOWN: Quality = { word: 'unknown' }

export class CallSession {
  readonly state: Observable<CallSessionState>
  readonly direct: boolean
  withoutCamera: boolean
  readonly #tools: CallTools
  readonly #call: Call
  readonly #line: CallLine
  readonly #measuring: Measuring
  readonly #ends: (() => void)[]
  #connection: Connection | undefined
  #media: Media
  #quality = UNKNOWN
  #safety: Safety = {}
  #agreed = ''
  #stopWaiting: (() => void) | undefined
  readonly #inputs: CallInput[] = []
  #handling = false
  #closed = false

  constructor(tools: CallTools, { target, direct, withoutCamera = false }: CallEntry) {
    const { line, platform, media } = tools
    this.#tools = tools
    this.direct = direct
    this.withoutCamera = withoutCamera
    this.#call = new Call(platform.now())
    this.#line = new CallLine(line, platform, (input) => this.#handle(input))
    this.#measuring = new Measuring(platform, () => this.stats(), {
      quality: (quality) => this.#set({ quality }),
      snapshot: (snapshot) => this.#told(snapshot),
    })
    this.state = new Observable(this.#snapshot())
    const release = media.open({ withoutCamera })
    media.hold(true)
    this.#media = wishOf(media)
    this.#ends = [release, media.state.watch(() => this.#mediaChanged())]
    this.#handle({ kind: 'enter', target, direct, media: this.#media, up: line.state.get().up })
  }

  /** The answer comes when the server knows, or need not. */
  async leave(): Promise<void> {
    this.#handle({ kind: 'leave' })
    await this.#line.farewell
  }

  /** The peer connection's own statistics (W3C webrtc-stats). */
  async stats(): Promise<Stat[]> {
    return (await this.#connection?.stats()) ?? []
  }

  #mediaChanged(): void {
    if (this.#tools.media.state.get().camera.on) this.withoutCamera = false
    this.#connection?.publish()
    const media = wishOf(this.#tools.media)
    if (media.audio === this.#media.audio && media.video === this.#media.video) return
    this.#media = media
    this.#handle({ kind: 'media', media })
  }

  #handle(input: CallInput): void {
    this.#inputs.push(input)
    if (this.#handling) return // what a step brings about is taken in after it
    this.#handling = true
    for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) {
      for (const output of this.#call.handle(this.#tools.platform.now(), next)) this.#do(output)
    }
    this.#handling = false
    const { phase } = this.#call.state
    this.#measuring.running = phase === 'live'
    if (phase !== 'live') this.#quality = UNKNOWN
    if (phase === 'ended') this.#close()
    this.#set({})
  }

  #do(output: CallOutput): void {
    const { platform } = this.#tools
    switch (output.kind) {
      case 'initiate':
        return this.#line.initiate(output.target, output.media)
      case 'join':
        return this.#line.join(output.call, output.media)
      case 'open':
        return this.#open(output.polite, output.offer, output.iceServers)
      case 'remote':
        return this.#connection?.take(output.signal)
      case 'restartIce':
        return this.#connection?.restart()
      case 'repeat':
        return this.#connection?.repeat()
      case 'close':
        this.#connection?.close()
        this.#connection = undefined
        return this.#agree()
      case 'signal':
        return this.#line.signal(output.call, output.to, output.signal)
      case 'toggle':
        return this.#line.toggle(output.call, output.which, output.enabled)
      case 'newLeg':
        return this.#measuring.newLeg()
      case 'leg':
        return this.#line.leg(output.call, output.leg)
      case 'leave':
        return this.#line.leave(output.call, output.reason)
      case 'end':
        return this.#line.end(output.call)
      case 'wake':
        this.#stopWaiting?.()
        this.#stopWaiting = platform.after(Math.max(0, output.at - platform.now()), () => this.#handle({ kind: 'woken' }))
    }
  }

  #open(polite: boolean, offer: boolean, iceServers: IceServer[]): void {
    const { rtc, platform, media } = this.#tools
    this.#connection?.close()
    this.#measuring.renewed()
    const connection = new Connection({ rtc, clock: platform, polite, iceServers, outgoing: (kind) => media.outgoing(kind) }, {
      signal: (signal) => this.#handle({ kind: 'local', signal }),
      state: (state) => this.#handle({ kind: 'peer', state }),
      pulse: (felt) => this.#handle({ kind: 'pulse', felt }),
      renewed: () => {
        this.#measuring.renewed()
        this.#handle({ kind: 'renewed' })
      },
      changed: () => this.#agree(),
    })
    this.#connection = connection
    if (offer) connection.offer()
  }

  /** Whoever we speak to may be another now. */
  #agree(): void {
    const agreed = this.#connection?.agreed
    const both = JSON.stringify(agreed)
    if (agreed && both !== this.#agreed) {
      void safetyOf(this.#tools.platform, agreed.local, agreed.remote).then((safety) => {
        if (this.#agreed === both) this.#safety = safety
        this.#set({})
      })
    } else if (!agreed) this.#safety = {}
    this.#agreed = both
    this.#set({})
  }

  /** To the leg that it is of: before the server has let us in again, it may be of the one before. */
  #told(snapshot: Snapshot): void {
    const { call, lineDownSince } = this.#call.state
    if (call && lineDownSince === undefined) this.#line.stats(call.id, snapshot)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#stopWaiting?.()
    this.#line.close()
    this.#tools.media.hold(false)
    for (const end of this.#ends) end()
  }

  #set(change: { quality?: Quality }): void {
    if (change.quality) this.#quality = change.quality
    if (!this.#handling) this.state.set(this.#snapshot())
  }

  #snapshot(): CallSessionState {
    const { code: safetyCode, failure: safetyFailure } = this.#safety
    const { stream: remote, screen: remoteScreen } = this.#connection ?? { stream: undefined, screen: undefined }
    return { ...this.#call.state, remote, remoteScreen, quality: this.#quality, safetyCode, safetyFailure }
  }
}

function wishOf(media: LocalMedia): Media {
  const { microphone, camera } = media.state.get()
  return { audio: microphone.on, video: camera.on }
}
