// One person's side of a call: whom to tell, when to offer, what to do when something is lost. Sans-IO.
//
// Media goes from peer to peer and does not need the server once it flows: a lost line only queues signals. Whoever was there first makes
// the first offer; whoever comes back with a new peer connection makes it too, and the other knows it by its origin.
import type { CallEnd, CallInput, CallOutput, CallPhase, CallState, CallTarget, PeerState } from './call-words.ts'
import type { CarillonProblem } from './problem.ts'
import { Recovery } from './recovery.ts'
import { SignalQueue } from './signal-queue.ts'
import type { CallView, Entered, IceServer, LeftReason, Media, Participant, Signal } from './wire.ts'

/** A direct call ends soon after one of the two left; if the server has not said so by then, we do. */
const ALONE = 1500
const AGAIN = 1000

export class Call {
  state: CallState
  #target: CallTarget | undefined
  #direct = false
  #media: Media = { audio: false, video: false }
  #iceServers: IceServer[] = []
  #up = false
  #inside = false
  /** Which of our legs is ours here. */
  #leg = 0
  #with: string | undefined
  #peer: PeerState = 'closed'
  #pulse = true
  #doubted = false
  #healthy = false
  #aloneAt: number | undefined
  #enterAt: number | undefined
  #signalAt: number | undefined
  readonly #queue = new SignalQueue()
  readonly #recovery = new Recovery()

  constructor(now: number) {
    const nothing = { call: undefined, me: undefined, other: undefined, liveSince: undefined, lineDownSince: undefined, end: undefined }
    this.state = { phase: 'entering', since: now, ...nothing }
  }

  handle(now: number, input: CallInput): CallOutput[] {
    if (this.state.phase === 'ended') return this.#after(input)
    const outputs = this.#take(now, input)
    this.#heal(now, outputs)
    this.#flush(now, outputs)
    this.#look(now)
    // Without the line nothing is mended, whatever is due.
    const mend = this.#inside ? this.#recovery.due : undefined
    const due = Math.min(...[mend, this.#aloneAt, this.#enterAt, this.#signalAt].filter((at) => at !== undefined))
    if (Number.isFinite(due)) outputs.push({ kind: 'wake', at: due })
    return outputs
  }

  #take(now: number, input: CallInput): CallOutput[] {
    switch (input.kind) {
      case 'enter':
        this.#target = input.target
        this.#direct = input.direct
        this.#media = input.media
        return this.#line(now, input.up)
      case 'line':
        return this.#line(now, input.up)
      case 'entered':
        return this.#entered(now, input.entered)
      case 'notEntered':
        return this.#notEntered(now, input.problem)
      case 'joined':
        return input.participant.id === this.state.me ? this.#taken(now, input.participant) : this.#joined(now, input.participant)
      case 'left':
        return this.#left(now, input.participant, input.reason)
      case 'toggled':
        this.#amend(input.participant, input.media)
        return []
      case 'ended':
        return this.#end(now, input.reason, input.duration)
      case 'told':
        return this.#toldByServer(now, input.call)
      case 'heard':
        return this.#heard(now, input.from, input.signal)
      case 'peer':
        this.#peer = input.state
        if (input.state === 'failed') this.#recovery.failed(now, this.#polite)
        return []
      case 'renewed':
        this.#fresh()
        this.#recovery.opened(now, this.#polite)
        return []
      case 'pulse':
        this.#pulse = input.felt
        if (input.felt) this.#doubted = false
        return []
      case 'local':
        this.#queue.add(input.signal)
        return []
      case 'signalled':
        this.#queue.landed(input.signal)
        return []
      case 'notSignalled':
        if (!input.problem.passing) this.#queue.landed(input.signal)
        else if (this.#up) {
          this.#queue.open = false
          this.#signalAt = now + Math.max(AGAIN, (input.problem.retryAfter ?? 0) * 1000)
        }
        return []
      case 'media':
        return this.#toggle(input.media)
      case 'leave':
        return this.#leave(now)
      case 'yield':
        return this.#end(now, 'elsewhere', this.#duration(now))
      case 'woken':
        return this.#woken(now)
    }
  }

  #line(now: number, up: boolean): CallOutput[] {
    this.#up = up
    this.#inside = false
    this.#queue.open = false
    this.#enterAt = this.#signalAt = undefined
    if (!up) {
      this.#set({ lineDownSince: this.state.lineDownSince ?? now })
      return []
    }
    return this.#enter()
  }

  #enter(): CallOutput[] {
    const call = this.state.call?.id ?? (this.#target && 'call' in this.#target ? this.#target.call : undefined)
    if (call !== undefined) return [{ kind: 'join', call, media: this.#media }]
    if (!this.#target || 'call' in this.#target) return []
    return [{ kind: 'initiate', target: this.#target, media: this.#media }]
  }

  #entered(now: number, { call, participant, iceServers }: Entered): CallOutput[] {
    const first = this.state.me === undefined
    const mine = call.participants.find(({ id }) => id === participant)
    const leg = mine?.leg ?? 0
    const outputs: CallOutput[] = first || leg === this.#leg ? [] : [{ kind: 'newLeg' }]
    this.#leg = leg
    this.#inside = true
    this.#iceServers = iceServers
    this.#queue.open = this.#up
    this.#set({ me: participant, lineDownSince: undefined })
    outputs.push(...this.#told(now, call))
    const other = this.state.other
    if (this.state.phase === 'ended') return outputs
    if (mine) outputs.push(...this.#toggles(mine)) // muted while the server thought about it
    if (!other || other.state === 'ringing') return outputs
    if (this.#with !== other.id) {
      // In a call that we just entered we are offered. But whoever came while we were away, or knew a peer connection of ours that is gone
      // with its page, waits for our offer.
      outputs.push(...this.#open(now, other.id, !first || this.#leg > 1))
    } else if (!this.#healthy) {
      outputs.push({ kind: 'repeat' })
    }
    if (this.#healthy) outputs.push({ kind: 'leg', call: call.id, leg: 'connected' })
    return outputs
  }

  #notEntered(now: number, problem: CarillonProblem): CallOutput[] {
    if (problem.passing) {
      if (this.#up) this.#enterAt = now + Math.max(AGAIN, (problem.retryAfter ?? 0) * 1000)
      return []
    }
    if (problem.word === 'direct-call-full') return this.#end(now, 'full', 0, problem)
    if (problem.kind === 'gone') return this.#end(now, 'hangup', this.#duration(now)) // while we were away
    return this.#end(now, problem.kind === 'missing' && this.state.call ? 'lost' : 'refused', this.#duration(now), problem)
  }

  #joined(now: number, participant: Participant): CallOutput[] {
    this.#aloneAt = undefined
    const { call } = this.state
    if (call) {
      const participants = [...call.participants.filter(({ id }) => id !== participant.id), participant]
      this.#set({ call: { ...call, participants }, other: participant })
    }
    if (this.#with !== participant.id) return this.#open(now, participant.id, true)
    // The same person again. A line that came back leaves media as it is; a page that was loaded anew offers by itself.
    this.#doubted = true
    this.#recovery.doubted(now, this.#polite)
    return this.#healthy ? [] : [{ kind: 'repeat' }]
  }

  /** We came in once more, and not here: another window of this device has the call. */
  #taken(now: number, mine: Participant): CallOutput[] {
    return this.#inside && mine.leg > this.#leg ? this.#end(now, 'elsewhere', this.#duration(now)) : []
  }

  #left(now: number, participant: string, reason: LeftReason): CallOutput[] {
    this.#amend(participant, { state: 'left', leftReason: reason })
    if (this.state.other?.id !== participant) return []
    // The server lost them, we did not: media goes on, and they may come back.
    if (reason === 'lost' && this.#healthy) return []
    if (this.#direct) this.#aloneAt = now + ALONE
    this.#set({ other: undefined })
    return this.#close()
  }

  #told(now: number, call: CallView): CallOutput[] {
    if (this.state.phase === 'ended' || (this.state.call && call.id !== this.state.call.id)) return []
    this.#set({ call })
    if (call.state === 'ended') return this.#end(now, call.endReason ?? 'hangup', call.duration)
    const others = call.participants.filter(({ id, state }) => id !== this.state.me && state !== 'left')
    const other = others.find(({ state }) => state !== 'ringing') ?? others[0]
    if (other) {
      this.#aloneAt = undefined
      this.#set({ other })
    } else if (this.#healthy) return [] // we still hear them
    else if (this.state.other) return this.#left(now, this.state.other.id, 'hangup')
    return []
  }

  /** Somebody whose coming we were not told is there all the same. */
  #toldByServer(now: number, call: CallView): CallOutput[] {
    const mine = call.participants.find(({ id }) => id === this.state.me)
    const outputs = mine ? this.#taken(now, mine) : []
    outputs.push(...this.#told(now, call))
    const { other, phase } = this.state
    if (phase === 'ended' || !this.#inside || !other || other.state === 'ringing' || other.state === 'left' || this.#with === other.id) return outputs
    return [...outputs, ...this.#open(now, other.id, true)]
  }

  #heard(now: number, from: string, signal: Signal): CallOutput[] {
    if (from === this.state.me) return []
    const opened = this.#with === from ? [] : this.#open(now, from, false)
    if (signal.type === 'offer' && !this.#healthy) this.#recovery.underway(now)
    return [...opened, { kind: 'remote', signal }]
  }

  #open(now: number, other: string, offer: boolean): CallOutput[] {
    this.#with = other
    this.#fresh()
    this.#recovery.opened(now, this.#polite)
    return [{ kind: 'open', polite: this.#polite, offer, iceServers: this.#iceServers }]
  }

  /** The peer connection is another one: what the one before said, and was, means nothing any more. */
  #fresh(): void {
    this.#peer = 'new'
    this.#pulse = true
    this.#doubted = false
    this.#queue.clear()
  }

  #close(): CallOutput[] {
    this.#with = undefined
    this.#peer = 'closed'
    this.#healthy = false
    this.#queue.clear()
    this.#recovery.closed()
    return [{ kind: 'close' }]
  }

  #toggle(media: Media): CallOutput[] {
    const before = this.#media
    this.#media = media
    return this.#inside ? this.#toggles(before) : [] // said when we enter
  }

  /** What the server believes, set right. */
  #toggles(believed: Media): CallOutput[] {
    const { call } = this.state
    if (!call) return []
    const wrong = (['audio', 'video'] as const).filter((which) => believed[which] !== this.#media[which])
    return wrong.map((which) => ({ kind: 'toggle', call: call.id, which, enabled: this.#media[which] }))
  }

  #leave(now: number): CallOutput[] {
    const { call, me } = this.state
    const outputs = call && me !== undefined ? [this.#farewell(call)] : []
    return [...outputs, ...this.#end(now, 'left', this.#duration(now))]
  }

  /** We left before the server said where we are. */
  #after(input: CallInput): CallOutput[] {
    const { end, me } = this.state
    return input.kind === 'entered' && end?.reason === 'left' && me === undefined ? [this.#farewell(input.entered.call)] : []
  }

  #farewell({ id: call, state }: CallView): CallOutput {
    if (state === 'ringing') return { kind: 'leave', call, reason: 'cancelled' }
    return this.#direct ? { kind: 'end', call } : { kind: 'leave', call, reason: 'hangup' }
  }

  #woken(now: number): CallOutput[] {
    if (this.#enterAt !== undefined && now >= this.#enterAt) {
      this.#enterAt = undefined
      return this.#enter()
    }
    if (this.#signalAt !== undefined && now >= this.#signalAt) {
      this.#signalAt = undefined
      this.#queue.open = this.#inside
    }
    if (this.#aloneAt !== undefined && now >= this.#aloneAt) {
      this.#aloneAt = undefined
      const call = this.state.call!
      return [{ kind: 'end', call: call.id }, ...this.#end(now, 'hangup', this.#duration(now))]
    }
    return []
  }

  /** Compares what the connection is with what it was, and mends it when it is time. */
  #heal(now: number, outputs: CallOutput[]): void {
    if (this.state.phase === 'ended' || this.#with === undefined) return
    const healthy = this.#peer === 'connected' && this.#pulse
    const call = this.state.call?.id
    if (healthy !== this.#healthy) {
      this.#healthy = healthy
      if (healthy) this.#set({ liveSince: this.state.liveSince ?? now })
      else if (this.state.other?.state === 'left') outputs.push(...this.#left(now, this.#with, 'lost')) // the server was right
      else this.#recovery.lost(now, this.#polite)
      if (call !== undefined && this.#inside) outputs.push({ kind: 'leg', call, leg: healthy ? 'connected' : 'reconnecting' })
    }
    if (healthy && !this.#doubted) this.#recovery.connected()
    if (!this.#inside) return // an offer would wait for the line anyway
    const attempt = this.#recovery.attempt(now)
    if (attempt === undefined) return
    if (healthy && this.#doubted) this.#doubted = false // felt by its media, if it has no pulse
    else if (attempt === 'restart') outputs.push({ kind: 'restartIce' })
    else {
      this.#fresh()
      outputs.push({ kind: 'open', polite: this.#polite, offer: true, iceServers: this.#iceServers })
    }
  }

  #flush(_: number, outputs: CallOutput[]): void {
    const call = this.state.call?.id
    if (call === undefined || this.#with === undefined || this.state.phase === 'ended') return
    for (const signal of this.#queue.take()) outputs.push({ kind: 'signal', call, to: this.#with, signal })
  }

  /** What people see follows from the rest. */
  #look(now: number): void {
    if (this.state.phase === 'ended') return
    const { me, call, other, liveSince } = this.state
    let phase: CallPhase
    if (this.#healthy) phase = 'live'
    else if (me === undefined) phase = 'entering'
    else if (!other && this.#with === undefined) phase = call?.state === 'ringing' ? 'ringing' : 'waiting'
    else if (other?.state === 'ringing') phase = 'ringing'
    else phase = liveSince === undefined ? 'connecting' : 'reconnecting'
    if (phase !== this.state.phase) this.#set({ phase, since: now })
  }

  #end(now: number, reason: CallEnd, duration: number, problem?: CarillonProblem): CallOutput[] {
    const outputs = this.#close()
    this.#set({ phase: 'ended', since: now, end: { reason, duration, ...(problem && { problem }) } })
    return outputs
  }

  #duration(now: number): number {
    return this.state.liveSince === undefined ? 0 : Math.round((now - this.state.liveSince) / 1000)
  }

  get #polite(): boolean {
    return (this.state.me ?? '') > (this.#with ?? '')
  }

  #amend(participant: string, change: Partial<Participant>): void {
    const { call, other } = this.state
    const amended = (one: Participant) => (one.id === participant ? { ...one, ...change } : one)
    this.#set({ ...(call && { call: { ...call, participants: call.participants.map(amended) } }), ...(other && { other: amended(other) }) })
  }

  #set(change: Partial<CallState>): void {
    this.state = { ...this.state, ...change }
  }
}
