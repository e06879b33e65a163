// Looks at the connection every two seconds while media flows: a word for people, and now and then a snapshot for the server.
import type { Clock } from './platform.ts'
import { qualityOf, type Quality } from './quality.ts'
import type { Stat } from './rtc.ts'
import { snapshotOf, uplinkOf } from './stats.ts'
import { Tally } from './tally.ts'
import type { Snapshot } from './wire.ts'

const LOOK = 2000
/** The server keeps the latest of a leg, and one of each minute. */
const TELL = 10_000

export interface MeasuringTold {
  quality(quality: Quality): void
  snapshot(snapshot: Snapshot): void
}

export class Measuring {
  readonly #clock: Clock
  readonly #stats: () => Promise<Stat[]>
  readonly #tell: MeasuringTold
  readonly #tally = new Tally()
  #before: Snapshot | undefined
  #toldAt: number | undefined
  #stop: (() => void) | undefined

  constructor(clock: Clock, stats: () => Promise<Stat[]>, tell: MeasuringTold) {
    this.#clock = clock
    this.#stats = stats
    this.#tell = tell
  }

  /** Another peer connection: its counts begin at zero. */
  renewed(): void {
    this.#tally.renewed()
    this.#before = undefined
  }

  /** We came in again: what was counted so far is the leg's before. */
  newLeg(): void {
    this.#tally.newLeg()
    this.#toldAt = undefined
  }

  set running(running: boolean) {
    if (running === (this.#stop !== undefined)) return
    this.#stop?.()
    this.#stop = undefined
    if (running) this.#wait()
    else this.#before = undefined
  }

  #wait(): void {
    const stop = this.#clock.after(LOOK, async () => {
      const stats = await this.#stats().catch(() => [])
      if (this.#stop !== stop) return
      this.#look(stats)
      this.#wait()
    })
    this.#stop = stop
  }

  #look(stats: Stat[]): void {
    if (stats.length === 0) return
    const now = this.#clock.now()
    const snapshot = snapshotOf(stats, now)
    this.#tell.quality(qualityOf(this.#before, snapshot, uplinkOf(stats)))
    this.#before = snapshot
    const sum = this.#tally.add(snapshot)
    if (this.#toldAt !== undefined && now - this.#toldAt < TELL) return
    this.#toldAt = now
    this.#tell.snapshot(sum)
  }
}
