// Signals on their way to the other side: in order, kept while the line is down, sent again when they were not acknowledged. Sans-IO.
import type { Signal } from './wire.ts'

/** Descriptions and candidates of one negotiation; older candidates give way. */
const MOST = 300

export class SignalQueue {
  #waiting: Signal[] = []
  #flying: Signal[] = []
  #open = false

  /** Whether we are in the call, with the line up. What flew when that ended flies again. */
  set open(open: boolean) {
    this.#open = open
    this.#waiting = [...this.#flying, ...this.#waiting]
    this.#flying = []
  }

  add(signal: Signal): void {
    this.#waiting = [...this.#waiting, signal].slice(-MOST)
  }

  /** Those to send now. */
  take(): Signal[] {
    if (!this.#open) return []
    const taken = this.#waiting
    this.#waiting = []
    this.#flying = [...this.#flying, ...taken]
    return taken
  }

  landed(signal: Signal): void {
    this.#flying = this.#flying.filter((flying) => flying !== signal)
  }

  /** Another peer connection: what the old one said means nothing any more. */
  clear(): void {
    this.#waiting = []
    this.#flying = []
  }
}
