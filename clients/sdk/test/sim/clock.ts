// Time that passes when it is told to, and chance that a seed repeats.
import { createHash } from 'node:crypto'
import type { Platform } from '../../src/platform.ts'

interface Waiting {
  at: number
  order: number
  run: () => void
}

export class SimClock implements Platform {
  #now = 1_764_000_000_000
  #count = 0
  #waiting: Waiting[] = []
  #state: number

  constructor(seed = 1) {
    this.#state = seed >>> 0
  }

  now(): number {
    return this.#now
  }

  after(milliseconds: number, run: () => void): () => void {
    const waiting = { at: this.#now + Math.max(0, milliseconds), order: this.#count++, run }
    this.#waiting.push(waiting)
    return () => void (this.#waiting = this.#waiting.filter((one) => one !== waiting))
  }

  random(bytes: number): Uint8Array {
    return Uint8Array.from({ length: bytes }, () => Math.floor(this.chance() * 256))
  }

  async sha256(text: string): Promise<Uint8Array> {
    return createHash('sha256').update(text).digest()
  }

  /** Between 0 and 1: mulberry32. */
  chance(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  between(least: number, most: number): number {
    return least + Math.floor(this.chance() * (most - least + 1))
  }

  /** Lets so many milliseconds pass, and everything happen that waits for them. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    await settled()
    for (let runs = 0; ; runs++) {
      if (runs > 200_000) throw new Error('time does not pass: something asks again at once, for ever')
      const next = this.#waiting.reduce<Waiting | undefined>(
        (first, one) => (!first || one.at < first.at || (one.at === first.at && one.order < first.order) ? one : first), undefined)
      if (!next || next.at > end) break
      this.#waiting = this.#waiting.filter((one) => one !== next)
      this.#now = Math.max(this.#now, next.at)
      next.run()
      await settled()
    }
    this.#now = end
  }
}

/** Whatever was promised and waits for nothing has happened. */
export const settled = () => new Promise<void>((done) => setImmediate(done))
