// A peer connection as browsers make them, as far as negotiation goes: RFC 9429's states, transceivers, ICE's names and restarts. It throws
// where a browser would, also when the other end's certificate changes.
import type { Channel, MediaKind, Peer, Sender, Stat, Track, Transceiver } from '../../src/rtc.ts'
import { originOf, ufragsOf } from '../../src/sdp.ts'
import type { Candidate, Description } from '../../src/wire.ts'
import type { SimClock } from './clock.ts'
import { SimTrack } from './devices.ts'
import type { SimNet } from './net.ts'

type Handler = ((event: never) => void) | null

class SimTransceiver implements Transceiver {
  mid: string | null = null
  currentDirection: string | null = null
  /** As the other end said last. */
  theirs = 'inactive'
  /** As it was said to the other end last. */
  told: string | undefined
  #direction: string
  readonly #turned: () => void
  readonly kind: MediaKind
  readonly sender: Sender
  readonly receiver: { track: SimTrack }

  constructor(kind: MediaKind, direction: string, turned: () => void) {
    this.kind = kind
    this.#direction = direction
    this.#turned = turned
    this.receiver = { track: new SimTrack(kind, 'remote') }
    let track: Track | null = null
    let encodings = [{}]
    this.sender = {
      get track() {
        return track
      },
      async replaceTrack(next) {
        if (next && next.readyState === 'ended') throw new Error('InvalidModificationError')
        track = next
      },
      getParameters: () => ({ encodings }),
      async setParameters(parameters) {
        encodings = parameters.encodings ?? [{}]
      },
    }
  }

  get direction(): string {
    return this.#direction
  }

  set direction(direction: string) {
    this.#direction = direction
    this.#turned()
  }
}

/** What goes which way when both have said what they would: RFC 9429, section 4.2.4. */
function common(mine: string, theirs: string): string {
  const [sends, receives] = [mine.includes('send') && theirs.includes('recv'), mine.includes('recv') && theirs.includes('send')]
  return sends && receives ? 'sendrecv' : sends ? 'sendonly' : receives ? 'recvonly' : 'inactive'
}

class SimChannel implements Channel {
  readyState = 'connecting'
  onopen: Handler = null
  onmessage: Handler = null
  onclose: Handler = null
  readonly #send: (text: string) => void

  constructor(send: (text: string) => void) {
    this.#send = send
  }

  send(text: string): void {
    this.#send(text)
  }

  close(): void {
    this.readyState = 'closed'
  }
}

export class SimPeer implements Peer {
  static made = 0
  readonly #id = ++SimPeer.made
  signalingState = 'stable'
  connectionState = 'new'
  readonly iceConnectionState = 'new'
  localDescription: Description | null = null
  remoteDescription: Description | null = null
  onnegotiationneeded: Handler = null
  onicecandidate: Handler = null
  onconnectionstatechange: Handler = null
  oniceconnectionstatechange: Handler = null
  ontrack: Handler = null
  closed = false
  heardAt = 0
  readonly host: string
  channel: SimChannel | undefined
  #heardSince: number | undefined
  readonly #clock: SimClock
  readonly #net: SimNet
  #version = 0
  #ufrag = 1
  #restart = false
  #transceivers: SimTransceiver[] = []
  /** The m-lines as negotiated, by mid. */
  #lines: { kind: string; mid: string }[] = []
  #stable: { local: Description | null; remote: Description | null; lines: { kind: string; mid: string }[]; ufrag: number } | undefined
  #candidates: Candidate[] = []
  /** What both took in last: media goes by it until something else is agreed. */
  #agreed: { local: Description; remote: Description } | undefined
  #neededTold = false

  constructor(clock: SimClock, net: SimNet, host: string) {
    this.#clock = clock
    this.#net = net
    this.host = host
    net.add(this)
  }

  get #fingerprint(): string {
    return `AB:${String(this.#id).padStart(4, '0').slice(0, 2)}:${String(this.#id).padStart(4, '0').slice(2)}`
  }

  get checking(): boolean {
    return this.#agreed !== undefined
  }

  /** What was agreed names the other, in its present ICE session, and a candidate of it is known. */
  speaksTo(other: SimPeer): boolean {
    const [theirs, own] = [this.#agreed?.remote, other.#agreed?.local]
    if (!theirs || !own || this.closed || other.closed) return false
    const ufrag = ufragsOf(theirs.sdp)[0]
    return (
      originOf(theirs.sdp) === originOf(own.sdp) && ufragsOf(own.sdp)[0] === ufrag &&
      this.#candidates.some(({ usernameFragment }) => usernameFragment === ufrag)
    )
  }

  hears(now: number, other: SimPeer): void {
    this.heardAt = now
    this.#heardSince ??= now
    if (now - this.#heardSince < 60) return
    this.become('connected')
    if (this.channel?.readyState === 'connecting' && other.channel) this.channel.readyState = 'open'
  }

  become(state: string): void {
    if (state === this.connectionState || this.closed) return
    this.connectionState = state
    if (state !== 'connected') this.#heardSince = undefined
    this.onconnectionstatechange?.({} as never)
  }

  async setLocalDescription(): Promise<void> {
    await this.#turn()
    if (this.signalingState === 'have-remote-offer') {
      this.localDescription = this.#describe('answer')
      this.#become('stable')
    } else {
      if (this.signalingState === 'stable') this.#remember()
      if (this.#restart) this.#ufrag++
      this.#restart = false
      for (const transceiver of this.#transceivers) {
        if (transceiver.mid !== null) continue
        transceiver.mid = String(this.#lines.length)
        this.#lines = [...this.#lines, { kind: transceiver.kind, mid: transceiver.mid }]
      }
      if (this.channel && !this.#lines.some(({ kind }) => kind === 'application')) {
        this.#lines = [...this.#lines, { kind: 'application', mid: String(this.#lines.length) }]
      }
      this.localDescription = this.#describe('offer')
      this.#become('have-local-offer')
    }
    this.#gather()
  }

  async setRemoteDescription(description: Description): Promise<void> {
    await this.#turn()
    if (this.remoteDescription && originOf(this.remoteDescription.sdp) !== originOf(description.sdp)) throw new Error('another certificate')
    const said = [...description.sdp.matchAll(/^m=(\w+) .*\r\na=mid:(\S+)\r\na=(\w+)/gm)].map(([, kind, mid, direction]) => ({ kind: kind!, mid: mid!, direction: direction! }))
    const lines = said.map(({ kind, mid }) => ({ kind, mid }))
    const hear = () => said.forEach(({ mid, direction }) => this.#transceivers.filter((one) => one.mid === mid).forEach((one) => (one.theirs = direction)))
    if (description.type === 'answer') {
      if (this.signalingState !== 'have-local-offer') throw new Error('InvalidStateError')
      if (lines.length !== this.#lines.length) throw new Error('the answer does not fit the offer')
      this.remoteDescription = description
      hear()
      this.#become('stable')
    } else {
      if (this.signalingState === 'have-local-offer') this.#rollback()
      if (lines.length < this.#lines.length) throw new Error('m-lines went away')
      this.#remember()
      this.#lines = lines
      const renamed = this.remoteDescription && ufragsOf(this.remoteDescription.sdp)[0] !== ufragsOf(description.sdp)[0]
      if (renamed) this.#ufrag++ // RFC 8839, section 4.4.3.1.1: whoever is asked to restart does
      this.remoteDescription = description
      for (const { kind, mid } of lines) {
        if (kind === 'application' || this.#transceivers.some((one) => one.mid === mid)) continue
        const transceiver = new SimTransceiver(kind as MediaKind, 'recvonly', () => this.#needed())
        transceiver.mid = mid
        this.#transceivers.push(transceiver)
      }
      hear()
      this.#become('have-remote-offer')
    }
    for (const { receiver, mid } of this.#transceivers) if (mid !== null) this.ontrack?.({ track: receiver.track } as never)
  }

  async addIceCandidate(candidate: Candidate): Promise<void> {
    await this.#turn()
    if (!this.remoteDescription) throw new Error('InvalidStateError')
    this.#candidates = [...this.#candidates, candidate]
  }

  addTransceiver(kind: MediaKind, { direction = 'sendrecv' } = {}): Transceiver {
    const transceiver = new SimTransceiver(kind, direction, () => this.#needed())
    this.#transceivers.push(transceiver)
    this.#needed()
    return transceiver
  }

  getTransceivers(): Transceiver[] {
    return this.#transceivers
  }

  createDataChannel(): Channel {
    this.channel = new SimChannel((text) => {
      this.#clock.after(this.#clock.between(5, 40), () => {
        const other = this.#net.other(this)
        if (other?.channel && this.#net.carries(this, other)) other.channel.onmessage?.({ data: text } as never)
      })
    })
    this.#needed()
    return this.channel
  }

  restartIce(): void {
    this.#restart = true
    this.#needed()
  }

  async getStats(): Promise<Stat[]> {
    return []
  }

  close(): void {
    this.closed = true
    this.signalingState = 'closed'
  }

  /** What arrives of a kind, the screens after the cameras: the other side's track, if both mean the same line. */
  arriving(kind: MediaKind): Track | null {
    const other = this.#net.other(this)
    const [mine, theirs] = [this.#named(kind), other ? other.#named(kind) : []]
    const most = kind === 'audio' ? 1 : 3 // the camera's, and each one's screen
    if (mine.length > most || mine.length !== theirs.length || mine[0]?.mid !== theirs[0]?.mid || theirs[0]?.direction !== 'sendrecv') return null
    return theirs[0].sender.track
  }

  #named(kind: MediaKind): SimTransceiver[] {
    return this.#transceivers.filter((one) => one.kind === kind && one.mid !== null)
  }

  #describe(type: 'offer' | 'answer'): Description {
    const lines = this.#lines.map(({ kind, mid }) => {
      const transceiver = this.#transceivers.find((one) => one.mid === mid)
      if (transceiver) transceiver.told = transceiver.direction
      const direction = !transceiver ? 'sendrecv' : type === 'offer' ? transceiver.direction : common(transceiver.direction, transceiver.theirs)
      return `m=${kind} 9 X 0\r\na=mid:${mid}\r\na=${direction}\r\na=ice-ufrag:p${this.#id}u${this.#ufrag}\r\n`
    })
    const head = `v=0\r\no=- ${this.#id} ${++this.#version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 ${this.#fingerprint}\r\n`
    return { type, sdp: head + lines.join('') }
  }

  #gather(): void {
    const usernameFragment = `p${this.#id}u${this.#ufrag}`
    for (const number of [1, 2]) {
      this.#clock.after(this.#clock.between(1, 80), () => {
        if (!this.closed) this.onicecandidate?.({ candidate: { candidate: `candidate:${number}`, usernameFragment } } as never)
      })
    }
  }

  #remember(): void {
    this.#stable = { local: this.localDescription, remote: this.remoteDescription, lines: this.#lines, ufrag: this.#ufrag }
  }

  #rollback(): void {
    const { local, remote, lines, ufrag } = this.#stable!
    for (const transceiver of this.#transceivers) if (!lines.some(({ mid }) => mid === transceiver.mid)) transceiver.mid = null
    if (ufrag !== this.#ufrag) this.#restart = true
    this.localDescription = local
    this.remoteDescription = remote
    this.#lines = lines
    this.#ufrag = ufrag
    this.signalingState = 'stable'
  }

  #become(state: string): void {
    this.signalingState = state
    if (state !== 'stable') return
    this.#agreed = { local: this.localDescription!, remote: this.remoteDescription! }
    for (const one of this.#transceivers) if (one.mid !== null) one.currentDirection = common(one.direction, one.theirs)
    this.heardAt = this.#clock.now()
    if (this.connectionState === 'failed' || this.connectionState === 'new') this.become('connecting')
    this.#needed()
  }

  #needed(): void {
    if (this.#neededTold) return
    this.#neededTold = true
    this.#clock.after(0, () => {
      this.#neededTold = false
      const unnamed = this.#transceivers.some(({ mid }) => mid === null)
      const channel = this.channel !== undefined && !this.#lines.some(({ kind }) => kind === 'application')
      const turned = this.#transceivers.some(({ told, direction }) => told !== undefined && told !== direction)
      if (!this.closed && this.signalingState === 'stable' && (unnamed || channel || turned || this.#restart)) this.onnegotiationneeded?.({} as never)
    })
  }

  async #turn(): Promise<void> {
    await new Promise<void>((done) => void this.#clock.after(this.#clock.between(0, 15), done))
    if (this.closed) throw new Error('InvalidStateError')
  }
}
