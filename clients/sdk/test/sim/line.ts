// A line to a small server: in order both ways, with delays, losing what is under way when it ends.
import type { Asking, Payload, Pushes, Result } from '../../src/events.ts'
import type { Line, LinkState } from '../../src/line.ts'
import { Observable } from '../../src/observable.ts'
import { offline, unanswered } from '../../src/problem.ts'
import type { SimClock } from './clock.ts'

export interface SimHost {
  readonly clock: SimClock
  answer<E extends Asking>(line: SimLine, event: E, payload: Payload<E>): Result<E>
  connected(line: SimLine): void
  lost(line: SimLine, connection: number): void
}

export class SimLine implements Line {
  readonly state: Observable<LinkState>
  readonly member: string
  /** Windows of one device share it. */
  readonly device: string
  /** `doubt` was called: the connection began anew. */
  doubts = 0
  readonly #host: SimHost
  readonly #listeners = new Map<string, Set<(push: never) => void>>()
  connection = 0
  #lastPush = 0
  #lastAsk = 0

  constructor(host: SimHost, member: string, device = member) {
    this.#host = host
    this.member = member
    this.device = device
    this.state = new Observable<LinkState>({ up: true, since: 0 })
  }

  get up(): boolean {
    return this.state.get().up
  }

  async ask<E extends Asking>(event: E, payload: Payload<E>, patience = 10_000): Promise<Result<E>> {
    const { clock } = this.#host
    if (!this.up) throw offline()
    const connection = this.connection
    return new Promise<Result<E>>((resolve, reject) => {
      const stop = this.state.watch(() => (stop(), reject(unanswered())))
      clock.after(patience, () => (stop(), reject(unanswered())))
      this.#lastAsk = Math.max(this.#lastAsk + 1, clock.now() + clock.between(5, 60)) // in order
      clock.after(this.#lastAsk - clock.now(), () => {
        if (connection !== this.connection) return // lost on its way
        let answer: Result<E> | undefined, refused: unknown
        try {
          answer = this.#host.answer(this, event, structuredClone(payload))
        } catch (thrown) {
          refused = thrown
        }
        this.#down(connection, () => (stop(), answer === undefined ? reject(refused) : resolve(structuredClone(answer))))
      })
    })
  }

  on<E extends keyof Pushes>(event: E, listener: (push: Pushes[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners.add(listener as (push: never) => void))
    return () => void listeners.delete(listener as (push: never) => void)
  }

  doubt(): void {
    this.doubts++
    this.drop()
    this.#host.clock.after(500, () => this.connect())
  }

  drop(): void {
    if (!this.up) return
    const before = this.connection++
    this.state.set({ up: false, since: this.#host.clock.now() })
    // The server notices later than we do.
    this.#host.clock.after(this.#host.clock.between(0, 2000), () => this.#host.lost(this, before))
  }

  connect(): void {
    if (this.up) return
    this.connection++
    this.state.set({ up: true, since: this.#host.clock.now() })
    this.#host.connected(this)
  }

  push<E extends keyof Pushes>(event: E, push: Pushes[E]): void {
    this.#down(this.connection, () => {
      for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(structuredClone(push) as never)
    })
  }

  /** From the server to us: in order, after a while, unless the connection ends before. */
  #down(connection: number, run: () => void): void {
    const { clock } = this.#host
    this.#lastPush = Math.max(this.#lastPush + 1, clock.now() + clock.between(5, 60))
    clock.after(this.#lastPush - clock.now(), () => connection === this.connection && run())
  }
}
