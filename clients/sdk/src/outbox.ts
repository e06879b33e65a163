// What was said and not yet acknowledged: sent one after the other, again with the same request id until the server answers, so that
// each message arrives once and in order. Sans-IO.
import type { CarillonProblem } from './problem.ts'

export interface Outgoing {
  requestId: string
  text: string
  /** When it was said. */
  at: number
  /** `sent`: acknowledged, and not yet seen in the log. */
  state: 'waiting' | 'sent' | 'failed'
  /** Where it stands, once sent. */
  seq?: number
  problem?: CarillonProblem
}

const FIRST_WAIT = 500
const LONGEST_WAIT = 15_000

export class Outbox {
  #kept: Outgoing[]
  #flying: string | undefined
  #up = false
  #wait = FIRST_WAIT
  #notBefore = 0

  constructor(kept: Outgoing[] = []) {
    this.#kept = kept
  }

  get kept(): readonly Outgoing[] {
    return this.#kept
  }

  add(requestId: string, text: string, at: number): void {
    this.#kept = [...this.#kept, { requestId, text, at, state: 'waiting' }]
  }

  /** The line is up or down; whatever flew when it went down flies again. */
  line(up: boolean): void {
    this.#up = up
    this.#flying = undefined
    this.#wait = FIRST_WAIT
    this.#notBefore = 0
  }

  /** The message to send now, if there is one; or the time at which to ask again. */
  next(now: number): { send: Outgoing } | { at: number } | undefined {
    if (!this.#up || this.#flying !== undefined) return undefined
    const first = this.#kept.find((outgoing) => outgoing.state === 'waiting')
    if (!first) return undefined
    if (now < this.#notBefore) return { at: this.#notBefore }
    this.#flying = first.requestId
    return { send: first }
  }

  /** The server has it. */
  sent(requestId: string, seq: number): void {
    this.#landed(requestId)
    this.#change(requestId, { state: 'sent', seq })
  }

  /** It was seen in the log, which may be before its acknowledgement. */
  seen(requestId: string): void {
    this.#landed(requestId)
    this.#kept = this.#kept.filter((outgoing) => outgoing.requestId !== requestId)
  }

  /** The log has been read up to here. */
  read(cursor: number): void {
    if (this.#kept.some((outgoing) => outgoing.seq !== undefined && outgoing.seq <= cursor)) {
      this.#kept = this.#kept.filter((outgoing) => outgoing.seq === undefined || outgoing.seq > cursor)
    }
  }

  /** The log began anew: what was acknowledged may be lost. Sending it again says it once at most. */
  reset(): void {
    for (const { requestId, state } of this.#kept) if (state === 'sent') this.#change(requestId, { state: 'waiting' })
  }

  failed(requestId: string, problem: CarillonProblem, now: number): void {
    if (this.#flying !== requestId) return
    this.#flying = undefined
    if (problem.passing) {
      this.#notBefore = now + Math.max(this.#wait, (problem.retryAfter ?? 0) * 1000)
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT)
    } else {
      this.#change(requestId, { state: 'failed', problem })
    }
  }

  again(requestId: string): void {
    this.#change(requestId, { state: 'waiting' })
  }

  discard(requestId: string): void {
    this.#kept = this.#kept.filter((outgoing) => outgoing.requestId !== requestId || outgoing.state !== 'failed')
  }

  #landed(requestId: string): void {
    if (this.#flying !== requestId) return
    this.#flying = undefined
    this.#wait = FIRST_WAIT
  }

  #change(requestId: string, change: Pick<Outgoing, 'state' | 'problem' | 'seq'>): void {
    if (!this.#kept.some((outgoing) => outgoing.requestId === requestId)) return
    this.#kept = this.#kept.map((outgoing) => {
      if (outgoing.requestId !== requestId) return outgoing
      const { text, at } = outgoing
      return { requestId, text, at, ...change }
    })
  }
}
