// The calls that concern us: what rings, what is live in our rooms, and the one that we are in.
import { CallSession, type CallTools } from './call-session.ts'
import type { CallTarget } from './call-words.ts'
import type { CallDrawer } from './drawers.ts'
import type { LeaveReason } from './events.ts'
import { insist } from './insist.ts'
import { LiveCalls } from './live-calls.ts'
import { Observable } from './observable.ts'
import type { Caller, CallView } from './wire.ts'

export interface Incoming {
  call: CallView
  from: Caller
}

export interface CallsState {
  /** Rings on this device now. */
  incoming: Incoming | undefined
  /** Live calls in our rooms, as far as we were told. */
  live: readonly CallView[]
  /** The call that we are in; kept after its end, until it is dismissed. */
  current: CallSession | undefined
}

export interface CallsOptions extends CallTools {
  drawer: CallDrawer
}

/** After a connection: how long the server takes to tell which calls still are. */
const TOLD_AGAIN = 3000
/** Declining is of use as long as it rings. */
const DECLINE = 30_000
/** The server ends it after 30 s; when the line is down, nobody says so. */
const RING = 35_000

export class Calls {
  readonly state = new Observable<CallsState>({ incoming: undefined, live: [], current: undefined })
  readonly #options: CallsOptions
  readonly #live = new LiveCalls()
  readonly #ends: (() => void)[]
  #ringing: Incoming | undefined
  #current: CallSession | undefined
  #unwatch: (() => void) | undefined

  constructor(options: CallsOptions) {
    this.#options = options
    const { line, platform } = options
    let { up } = line.state.get()
    this.#ends = [
      line.on('call:initiated', ({ call, from, ring }) => this.#initiated(call, from, ring)),
      line.on('call:state', ({ call }) => this.#fold(() => this.#live.told(call))),
      line.on('call:joined', (joined) => this.#fold(() => this.#live.joined(joined))),
      line.on('call:left', (left) => this.#fold(() => this.#live.left(left))),
      line.on('call:media-toggled', (toggled) => this.#fold(() => this.#live.toggled(toggled))),
      line.on('call:ended', ({ call }) => this.#fold(() => this.#live.ended(call))),
      line.on('call:answered-elsewhere', ({ call }) => call === this.#ringing?.call.id && this.#silence()),
      line.state.watch(() => {
        if (line.state.get().up === up) return
        up = !up
        if (!up) return
        this.#live.doubt()
        platform.after(TOLD_AGAIN, () => this.#fold(() => this.#live.settle()))
      }),
    ]
  }

  /** Calls a person, or begins the call of a room; where one is live already, it is joined. `direct`: the room is that of two people. */
  start(target: { account: string } | { room: string; direct?: boolean }): CallSession {
    if ('account' in target) return this.#enter({ account: target.account }, true)
    return this.#enter({ room: target.room }, target.direct ?? false)
  }

  join(call: string, direct = false): CallSession {
    return this.#enter({ call }, direct)
  }

  /** After a reload: the call that this window was in, if it was in one. */
  resume(): CallSession | undefined {
    const kept = this.#options.drawer.read()
    return this.#current ?? (kept && this.#enter({ call: kept.call }, kept.direct, kept.withoutCamera))
  }

  /** `withoutCamera`: in this call only; what was chosen for others stays. */
  accept(withoutCamera = false): CallSession | undefined {
    const incoming = this.#ringing
    if (!incoming) return undefined
    this.#silence()
    return this.#enter({ call: incoming.call.id }, true, withoutCamera)
  }

  decline(): void {
    if (this.#ringing) this.#refuse(this.#ringing.call.id, 'declined')
    this.#silence()
  }

  /** Forgets a call that has ended. */
  dismiss(): void {
    if (this.#current?.state.get().phase !== 'ended') return
    this.#forget()
  }

  /** Leaves the call that we are in; the answer comes when the server knows. */
  async leave(): Promise<void> {
    await this.#current?.leave()
  }

  /** Leaves, and forgets everything: somebody else may sign in. */
  close(): void {
    void this.leave()
    this.#forget()
    this.#ringing = undefined
    this.#live.clear()
    this.#tell()
  }

  /** As `close`, for good. */
  dispose(): void {
    this.close()
    for (const end of this.#ends) end()
  }

  #enter(target: CallTarget, direct: boolean, withoutCamera = false): CallSession {
    const known = 'call' in target ? target.call : undefined
    if (this.#current && this.#current.state.get().phase !== 'ended') {
      if (known !== undefined && this.#current.state.get().call?.id === known) return this.#current
      void this.leave()
    }
    this.#unwatch?.()
    const session = new CallSession(this.#options, { target, direct, withoutCamera })
    this.#current = session
    this.#unwatch = session.state.watch(() => this.#sessionChanged())
    this.#sessionChanged()
    this.#tell()
    return session
  }

  #sessionChanged(): void {
    const session = this.#current
    if (!session) return
    const { phase, call, end } = session.state.get()
    if (phase === 'ended') {
      this.#options.drawer.write()
      if (call && end?.reason !== 'elsewhere' && session.direct) this.#live.ended(call.id)
    } else if (call) {
      this.#options.drawer.write({ call: call.id, direct: session.direct, ...(session.withoutCamera && { withoutCamera: true }) })
      this.#live.told(call)
    }
    this.#settleRing()
    this.#tell()
  }

  #initiated(call: CallView, from: Caller, ring: boolean): void {
    this.#live.told(call)
    if (ring && call.state === 'ringing') this.#ring({ call, from })
    this.#settleRing()
    this.#tell()
  }

  #ring(incoming: Incoming): void {
    const { id } = incoming.call
    const again = this.#ringing?.call.id === id
    this.#ringing = incoming
    if (!again) this.#options.platform.after(RING, () => this.#ringing?.call.id === id && this.#silence())
  }

  /** What rings, beside the call that we are in. */
  #settleRing(): void {
    const ringing = this.#ringing
    const current = this.#current?.state.get()
    if (!ringing || !current || current.phase === 'ended') return
    if (current.call?.id === ringing.call.id) this.#ringing = undefined // both called each other
    else if (current.phase !== 'entering') {
      this.#ringing = undefined
      this.#refuse(ringing.call.id, 'busy')
    }
  }

  #fold(change: () => void): void {
    change()
    const call = this.#ringing && this.#live.get(this.#ringing.call.id)
    if (this.#ringing && call?.state !== 'ringing') this.#ringing = undefined
    this.#tell()
  }

  #silence(): void {
    this.#ringing = undefined
    this.#tell()
  }

  #refuse(call: string, reason: LeaveReason): void {
    const { line, platform } = this.#options
    const end = platform.now() + DECLINE
    insist(line, platform, 'call:leave', { call, reason }, () => platform.now() < end).catch(() => {}) // it is over already
  }

  #forget(): void {
    this.#unwatch?.()
    this.#current = undefined
    this.#tell()
  }

  #tell(): void {
    const { current } = this.state.get()
    const next = { incoming: this.#incoming, live: this.#live.all, current: this.#current }
    const { incoming, live } = this.state.get()
    if (next.incoming !== incoming || next.live !== live || next.current !== current) this.state.set(next)
  }

  /** Not shown while it may turn out to be the call that we are entering. */
  get #incoming(): Incoming | undefined {
    return this.#current?.state.get().phase === 'entering' ? undefined : this.#ringing
  }
}
