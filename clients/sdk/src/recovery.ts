// When to try what, while media does not flow: wait, restart ICE, then begin anew with a fresh peer connection. Sans-IO.

/** The network often comes back by itself. */
const PATIENCE = 2000
/** The impolite side goes first, so that both do not offer at once. */
const POLITE_PATIENCE = 3500
const BETWEEN = 5000
/** A first connection needs longer: candidates are still being gathered. */
const FIRST_PATIENCE = 8000
const RESTARTS = 2

export type Attempt = 'restart' | 'rebuild'

export class Recovery {
  #due: number | undefined
  #attempts = 0
  #ever = false

  get due(): number | undefined {
    return this.#due
  }

  /** A peer connection was opened. */
  opened(now: number, polite: boolean): void {
    this.#attempts = 0
    this.#ever = false
    this.#due = now + FIRST_PATIENCE + (polite ? BETWEEN : 0)
  }

  connected(): void {
    this.#due = undefined
    this.#attempts = 0
    this.#ever = true
  }

  lost(now: number, polite: boolean): void {
    this.#sooner(now + (polite ? POLITE_PATIENCE : PATIENCE))
  }

  failed(now: number, polite: boolean): void {
    this.#sooner(now + (polite ? POLITE_PATIENCE - PATIENCE : 0))
  }

  /** The other side came back: if its pulse is not felt soon, it has another peer connection. */
  doubted(now: number, polite: boolean): void {
    this.#sooner(now + (polite ? POLITE_PATIENCE : PATIENCE))
  }

  /** The other side tries already: its attempt gets its time. */
  underway(now: number): void {
    if (this.#due !== undefined) this.#due = Math.max(this.#due, now + BETWEEN)
  }

  closed(): void {
    this.#due = undefined
  }

  /** What to do now, if anything. */
  attempt(now: number): Attempt | undefined {
    if (this.#due === undefined || now < this.#due) return undefined
    this.#attempts++
    this.#due = now + BETWEEN * Math.min(this.#attempts, 4)
    return this.#ever && this.#attempts <= RESTARTS ? 'restart' : 'rebuild'
  }

  #sooner(at: number): void {
    this.#due = this.#due === undefined ? at : Math.min(this.#due, at)
  }
}
