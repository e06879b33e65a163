// What a call says to the server, and what it hears: asked again while it matters, and dropped when it does not.
import type { CallInput, CallTarget } from './call-words.ts'
import type { LeaveReason, Pushes } from './events.ts'
import { newId } from './id.ts'
import { insist } from './insist.ts'
import type { Line } from './line.ts'
import type { Platform } from './platform.ts'
import { problemOf } from './problem.ts'
import type { Entered, Media, Signal, Snapshot } from './wire.ts'

/** When the other side is not heard: how long the server may be silent too, before the line is doubted. */
const DOUBT = 2500
/** How long leaving is told; after that the server's grace has done the same. */
const FAREWELL = 30_000
/** Pushes kept while the server has not yet said which call is ours. */
const EARLY = 300

export class CallLine {
  readonly #line: Line
  readonly #platform: Platform
  readonly #handle: (input: CallInput) => void
  readonly #ends: (() => void)[]
  #call: string | undefined
  /** The request under way: an answer to one before is not waited for. */
  #entering: object | undefined
  #requestId: string | undefined
  #early: (() => void)[] = []
  /** Until leaving was told, or need not be. */
  farewell: Promise<unknown> = Promise.resolve()
  /** What was said last of each kind: what came before does not matter any more. */
  readonly #latest = new Map<string, object>()

  constructor(line: Line, platform: Platform, handle: (input: CallInput) => void) {
    this.#line = line
    this.#platform = platform
    this.#handle = handle
    let { up } = line.state.get()
    this.#ends = [
      line.state.watch(() => {
        const now = line.state.get().up
        if (now === up) return
        up = now
        this.#latest.clear() // said anew by entering
        this.#entering = undefined
        this.#early = []
        handle({ kind: 'line', up })
      }),
      this.#on('call:joined', ({ participant }) => ({ kind: 'joined', participant })),
      this.#on('call:left', ({ participant, reason }) => ({ kind: 'left', participant, reason })),
      this.#on('call:ended', ({ reason, duration }) => ({ kind: 'ended', reason, duration })),
      this.#on('call:state', ({ call }) => ({ kind: 'told', call })),
      this.#on('call:answered-elsewhere', () => ({ kind: 'yield' })),
      this.#on('call:signal', ({ call: _, from, ...signal }) => ({ kind: 'heard', from, signal })),
      this.#on('call:media-toggled', ({ participant, audio, video }) => ({ kind: 'toggled', participant, media: { audio, video } })),
    ]
  }

  initiate(target: Exclude<CallTarget, { call: string }>, media: Media): void {
    // The same request until it is answered, also over another line: it must not ring twice.
    this.#requestId ??= newId(this.#platform)
    void this.#enter(this.#line.ask('call:initiate', { ...target, requestId: this.#requestId, media }))
  }

  join(call: string, media: Media): void {
    void this.#enter(this.#line.ask('call:join', { call, requestId: newId(this.#platform), media }))
  }

  signal(call: string, to: string, signal: Signal): void {
    this.#line.ask('call:signal', { call, to, ...signal }).then(
      () => this.#handle({ kind: 'signalled', signal }),
      (thrown) => this.#handle({ kind: 'notSignalled', signal, problem: problemOf(thrown) }),
    )
  }

  toggle(call: string, which: 'audio' | 'video', enabled: boolean): void {
    const wanted = this.#only(which)
    insist(this.#line, this.#platform, `call:toggle-${which}`, { call, enabled }, wanted).catch(() => {}) // the call is over
  }

  leg(call: string, leg: 'connected' | 'reconnecting'): void {
    const wanted = this.#only('leg')
    this.#line.ask('call:state', { call, leg }, DOUBT).catch((thrown) => {
      const problem = problemOf(thrown)
      // Neither the other side nor the server: the network is gone, whatever the line believes.
      if (leg === 'reconnecting' && problem.kind === 'unknown' && wanted()) return this.#line.doubt()
      if (problem.passing) insist(this.#line, this.#platform, 'call:state', { call, leg }, wanted).catch(() => {})
    })
  }

  stats(call: string, snapshot: Snapshot): void {
    this.#line.ask('call:stats', { call, snapshot }).catch(() => {}) // the next one says it all
  }

  leave(call: string, reason: LeaveReason): void {
    this.farewell = insist(this.#line, this.#platform, 'call:leave', { call, reason }, this.#until(FAREWELL)).catch(() => {})
  }

  end(call: string): void {
    this.farewell = insist(this.#line, this.#platform, 'call:end', { call }, this.#until(FAREWELL)).catch(() => {})
  }

  /** Hears nothing more; farewells are still said. */
  close(): void {
    for (const end of this.#ends) end()
    this.#latest.clear()
  }

  async #enter(asked: Promise<Entered>): Promise<void> {
    const entering = {}
    this.#entering = entering
    try {
      const entered = await asked
      if (this.#entering !== entering) return
      this.#call = entered.call.id
      this.#handle({ kind: 'entered', entered })
    } catch (thrown) {
      if (this.#entering !== entering) return
      this.#handle({ kind: 'notEntered', problem: problemOf(thrown) })
    }
    this.#entering = undefined
    for (const early of this.#early.splice(0)) early()
  }

  #on<E extends Extract<keyof Pushes, `call:${string}`>>(event: E, input: (push: Pushes[E]) => CallInput): () => void {
    const take = (push: Pushes[E]) => {
      if ((typeof push.call === 'string' ? push.call : push.call.id) === this.#call) this.#handle(input(push))
    }
    return this.#line.on(event, (push) => {
      if (this.#entering) this.#early = [...this.#early, () => take(push)].slice(-EARLY)
      else take(push)
    })
  }

  #only(kind: string): () => boolean {
    const mine = {}
    this.#latest.set(kind, mine)
    return () => this.#latest.get(kind) === mine
  }

  #until(milliseconds: number): () => boolean {
    const end = this.#platform.now() + milliseconds
    return () => this.#platform.now() < end
  }
}
