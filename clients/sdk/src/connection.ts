// The peer connection to the other side: negotiates, publishes, listens, feels the pulse; made afresh when the other's is another one.
//
// Everything that waits runs in one row, so each step sees the state that it judges by.
import { judge } from './negotiation.ts'
import type { Clock } from './platform.ts'
import type { SentKind } from './local-media.ts'
import { Publishing } from './publishing.ts'
import { Pulse, pulseChannel } from './pulse.ts'
import type { PeerState } from './call-words.ts'
import type { Peer, RtcPlatform, Stat, Stream, Track, Transceiver } from './rtc.ts'
import { offersChannel, ufragsOf } from './sdp.ts'
import type { Candidate, Description, IceServer, Signal } from './wire.ts'

export interface ConnectionOptions {
  rtc: RtcPlatform
  clock: Clock
  polite: boolean
  iceServers: IceServer[]
  outgoing: (kind: SentKind) => Track | null
}

/** What it tells whoever drives it. */
export interface ConnectionTold {
  signal(signal: Signal): void
  state(state: PeerState): void
  pulse(felt: boolean): void
  /** A fresh peer connection is in place. */
  renewed(): void
  /** What the other side sends changed, or who it is. */
  changed(): void
}

/** Candidates kept to be said again, and of theirs those that came before their description. */
const MOST = 64

export class Connection {
  readonly #options: ConnectionOptions
  readonly #tell: ConnectionTold
  #peer!: Peer
  #publishing!: Publishing
  #pulse: Pulse | undefined
  #stream!: Stream
  #screen: { track: Track; stream: Stream } | undefined
  #remote: Description | undefined
  #prepared = false
  #found: Candidate[] = []
  #early: Candidate[] = []
  #row: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(options: ConnectionOptions, tell: ConnectionTold) {
    this.#options = options
    this.#tell = tell
    this.#begin()
  }

  /** What comes from the other side. */
  get stream(): Stream {
    return this.#stream
  }

  /** The screen that the other side shows: its picture after the first, by a line that comes to us. */
  get screen(): Stream | undefined {
    const shown = this.#lines('video').slice(1).find(({ currentDirection }) => currentDirection === 'recvonly' || currentDirection === 'sendrecv')
    if (!shown) return (this.#screen = undefined)
    const { track } = shown.receiver
    if (this.#screen?.track !== track) {
      this.#screen = { track, stream: this.#options.rtc.stream() }
      this.#screen.stream.addTrack(track)
    }
    return this.#screen.stream
  }

  /** Both ends' descriptions as the platform understood them, once they are agreed. */
  get agreed(): { local: string; remote: string } | undefined {
    const { localDescription: local, remoteDescription: remote, signalingState } = this.#peer
    return local && remote && signalingState === 'stable' ? { local: local.sdp, remote: remote.sdp } : undefined
  }

  offer(): void {
    this.#prepared = true
    this.#publishing.offer()
    this.#openPulse()
    this.#do(() => this.#publishing.update())
  }

  take(signal: Signal): void {
    this.#do(() => (signal.type === 'ice-candidate' ? this.#candidate(signal.signal) : this.#description(signal.signal)))
  }

  restart(): void {
    if (this.#peer.signalingState === 'have-local-offer') this.repeat()
    this.#peer.restartIce()
  }

  /** Says again what may not have arrived. */
  repeat(): void {
    this.#do(async () => {
      const { localDescription: local, signalingState } = this.#peer
      if (!local) return
      if (signalingState === 'have-local-offer' || local.type === 'answer') this.#say(local)
      for (const signal of this.#found) this.#tell.signal({ type: 'ice-candidate', signal })
    })
  }

  /** The tracks to send are others. */
  publish(): void {
    this.#do(() => this.#publishing.update())
  }

  async stats(): Promise<Stat[]> {
    const stats: Stat[] = []
    ;(await this.#peer.getStats()).forEach((stat) => stats.push(stat))
    return stats
  }

  close(): void {
    this.#closed = true
    this.#end()
  }

  #begin(): void {
    const { rtc, iceServers, outgoing } = this.#options
    const peer = rtc.peer({ iceServers })
    this.#peer = peer
    this.#stream = rtc.stream()
    this.#publishing = new Publishing(peer, outgoing, rtc.stream())
    this.#remote = undefined
    this.#prepared = false
    this.#found = []
    peer.onnegotiationneeded = () => this.#do(() => this.#offer(peer))
    peer.onicecandidate = ({ candidate }: { candidate: (Candidate & { toJSON?(): Candidate }) | null }) => {
      if (peer !== this.#peer || !candidate?.candidate) return
      const found = candidate.toJSON?.() ?? candidate
      this.#found = [...this.#found, found].slice(-MOST)
      this.#tell.signal({ type: 'ice-candidate', signal: found })
    }
    peer.onconnectionstatechange = () => {
      if (peer === this.#peer && !this.#closed) this.#tell.state(peer.connectionState as PeerState)
    }
    peer.ontrack = ({ track }: { track: Track }) => {
      if (peer !== this.#peer) return
      const first = this.#lines(track.kind)[0]?.receiver.track === track
      if (first && !this.#stream.getTracks().includes(track)) this.#stream.addTrack(track)
      this.#tell.changed()
    }
  }

  #lines(kind: string): Transceiver[] {
    return this.#peer.getTransceivers().filter(({ receiver }) => receiver.track.kind === kind)
  }

  #end(): void {
    this.#pulse?.close()
    this.#pulse = undefined
    this.#peer.close()
  }

  #renew(): void {
    this.#end()
    this.#begin()
    this.#tell.renewed()
  }

  #do(step: () => Promise<void>): void {
    // A step that fails leaves the connection as it is; the recovery sees that nothing came of it.
    this.#row = this.#row.then(() => (this.#closed ? undefined : step())).catch(() => {})
  }

  async #offer(peer: Peer): Promise<void> {
    if (peer !== this.#peer || peer.signalingState !== 'stable') return // asked again when it is stable
    await peer.setLocalDescription()
    this.#say(peer.localDescription)
  }

  async #description(description: Description): Promise<void> {
    const standing = { signalingState: this.#peer.signalingState, polite: this.#options.polite, prepared: this.#prepared, remote: this.#remote }
    switch (judge(standing, description)) {
      case 'ignore':
        return
      case 'repeat':
        return this.#say(this.#peer.localDescription)
      case 'offerAnew':
        this.#renew()
        return this.offer()
      case 'renew':
        this.#renew()
        break
      case 'apply':
    }
    const peer = this.#peer
    await peer.setRemoteDescription(description)
    this.#remote = description
    if (description.type === 'offer') {
      if (offersChannel(description.sdp)) this.#openPulse()
      await this.#publishing.answer()
      await peer.setLocalDescription()
      this.#say(peer.localDescription)
    }
    await this.#publishing.update() // only now do senders have parameters
    for (const early of this.#early.splice(0)) await this.#candidate(early)
    this.#tell.changed()
  }

  async #candidate(candidate: Candidate): Promise<void> {
    const { usernameFragment } = candidate
    const remote = this.#peer.remoteDescription
    if (!remote || (usernameFragment && !ufragsOf(remote.sdp).includes(usernameFragment))) {
      this.#early = [...this.#early, candidate].slice(-MOST)
      return
    }
    await this.#peer.addIceCandidate(candidate).catch(() => {}) // one that is not taken costs no other
  }

  #openPulse(): void {
    this.#pulse ??= new Pulse(this.#peer.createDataChannel('pulse', pulseChannel), this.#options.clock, this.#tell.pulse)
  }

  #say(local: { type: string; sdp: string } | null): void {
    if (local?.type !== 'offer' && local?.type !== 'answer') return
    if (this.#closed) return
    const { type, sdp } = local
    this.#tell.signal({ type, signal: { type, sdp } })
  }
}
