// A room's log as one client knows it: dense from the first event kept to the cursor. Sans-IO.
//
// An event is applied iff it is the next one; below the cursor it is dropped, above it the gap is fetched. Another epoch begins anew.
import { Outbox, type Outgoing } from './outbox.ts'
import type { CarillonProblem } from './problem.ts'
import type { Caught, LogPage, Posted, RoomEvent } from './wire.ts'

export type RoomInput =
  | { kind: 'line'; up: boolean }
  | { kind: 'caught'; caught: Caught }
  | { kind: 'notCaught'; problem: CarillonProblem }
  | { kind: 'event'; event: RoomEvent }
  | { kind: 'head'; epoch: string; head: number }
  /** Nothing is pushed any more until we have caught up. */
  | { kind: 'lag' }
  | { kind: 'askOlder' }
  | { kind: 'older'; page: LogPage }
  | { kind: 'notOlder' }
  | { kind: 'say'; requestId: string; text: string }
  | { kind: 'said'; requestId: string; posted: Posted }
  | { kind: 'notSaid'; requestId: string; problem: CarillonProblem }
  | { kind: 'sayAgain'; requestId: string }
  | { kind: 'discard'; requestId: string }
  | { kind: 'woken' }

export type RoomOutput =
  | { kind: 'join'; epoch?: string; after?: number }
  | { kind: 'sync'; epoch: string; after: number }
  | { kind: 'older'; before: number }
  | { kind: 'say'; outgoing: Outgoing }
  /** The outbox changed: what should outlive a reload. */
  | { kind: 'keep'; kept: readonly Outgoing[] }
  | { kind: 'wake'; at: number }

const AGAIN = 1000

export class RoomLog {
  events: readonly RoomEvent[] = []
  epoch: string | undefined
  /** The `seq` of the last event applied. */
  cursor = 0
  /** Of the last event that is known to exist. */
  head = 0
  /** Why the log cannot be had. */
  refused: CarillonProblem | undefined
  readonly #outbox: Outbox
  #up = false
  #joined = false
  #catching = false
  #stale = false
  #askedOlder = false
  #wakeAt: number | undefined
  /** When to try to catch up again. */
  #catchAt: number | undefined

  constructor(kept: Outgoing[] = []) {
    this.#outbox = new Outbox(kept)
  }

  get outbox(): readonly Outgoing[] {
    return this.#outbox.kept
  }

  /** Nothing is missing up to the last event known. */
  get current(): boolean {
    return this.#joined && this.cursor >= this.head
  }

  get hasOlder(): boolean {
    return (this.events[0]?.seq ?? 1) > 1
  }

  get askingOlder(): boolean {
    return this.#askedOlder
  }

  handle(now: number, input: RoomInput): RoomOutput[] {
    const kept = this.#outbox.kept
    const outputs = this.#take(now, input)
    if (this.#up && this.#joined && !this.#catching && !this.refused && (this.#stale || this.cursor < this.head)) {
      this.#catching = true
      this.#stale = false
      outputs.push({ kind: 'sync', epoch: this.epoch!, after: this.cursor })
    }
    const next = this.#outbox.next(now)
    if (next && 'send' in next) outputs.push({ kind: 'say', outgoing: next.send })
    else if (next) this.#wake(outputs, next.at)
    if (kept !== this.#outbox.kept) outputs.push({ kind: 'keep', kept: this.#outbox.kept })
    return outputs
  }

  #take(now: number, input: RoomInput): RoomOutput[] {
    switch (input.kind) {
      case 'line':
        this.#up = input.up
        this.#joined = this.#catching = this.#askedOlder = this.#stale = false
        this.#wakeAt = this.#catchAt = undefined
        this.#outbox.line(input.up)
        return input.up ? this.#join() : []
      case 'caught':
        this.#catching = false
        this.#joined = this.#up
        this.#caught(input.caught)
        return []
      case 'notCaught':
        this.#catching = false
        if (!input.problem.passing) this.refused = input.problem
        else this.#stale = this.#joined
        if (this.refused || !this.#up) return []
        // `stale` would ask again at once: wait first.
        this.#catching = true
        this.#catchAt = now + Math.max(AGAIN, (input.problem.retryAfter ?? 0) * 1000)
        return this.#wake([], this.#catchAt)
      case 'event':
        return this.#event(input.event)
      case 'head':
        if (this.epoch !== undefined && input.epoch !== this.epoch) this.#stale = true
        else this.head = Math.max(this.head, input.head)
        return []
      case 'lag':
        this.#stale = true
        return []
      case 'askOlder':
        if (!this.hasOlder || this.#askedOlder || !this.events[0]) return []
        this.#askedOlder = true
        return [{ kind: 'older', before: this.events[0].seq }]
      case 'older':
        this.#askedOlder = false
        this.#older(input.page)
        return []
      case 'notOlder':
        this.#askedOlder = false
        return []
      case 'say':
        this.#outbox.add(input.requestId, input.text, now)
        return []
      case 'said':
        this.#outbox.sent(input.requestId, input.posted.seq)
        if (input.posted.epoch !== this.epoch) this.#stale = true
        else {
          this.head = Math.max(this.head, input.posted.seq)
          this.#outbox.read(this.cursor)
        }
        return []
      case 'notSaid':
        this.#outbox.failed(input.requestId, input.problem, now)
        return []
      case 'sayAgain':
        this.#outbox.again(input.requestId)
        return []
      case 'discard':
        this.#outbox.discard(input.requestId)
        return []
      case 'woken':
        if (this.#wakeAt !== undefined && now >= this.#wakeAt) this.#wakeAt = undefined
        if (this.#catchAt === undefined) return []
        if (now < this.#catchAt) return this.#wake([], this.#catchAt)
        this.#catchAt = undefined
        this.#catching = false
        return this.#joined ? [] : this.#join()
    }
  }

  #join(): RoomOutput[] {
    this.#catching = true
    this.refused = undefined
    return [this.epoch === undefined ? { kind: 'join' } : { kind: 'join', epoch: this.epoch, after: this.cursor }]
  }

  #caught({ epoch, head, events, reset }: Caught): void {
    if (this.epoch === undefined || reset || epoch !== this.epoch) {
      if (this.epoch !== undefined) this.#outbox.reset()
      this.epoch = epoch
      this.head = head
      this.events = []
      this.cursor = (events[0]?.seq ?? head + 1) - 1
    }
    this.head = Math.max(this.head, head)
    this.#apply(events)
  }

  #event(event: RoomEvent): RoomOutput[] {
    if (this.epoch === undefined) return []
    if (event.epoch !== this.epoch) this.#stale = true
    else {
      this.head = Math.max(this.head, event.seq)
      this.#apply([event])
    }
    return []
  }

  #apply(events: readonly RoomEvent[]): void {
    const fresh = events.filter((event) => {
      if (event.seq !== this.cursor + 1) return false
      this.cursor = event.seq
      if (event.requestId) this.#outbox.seen(event.requestId)
      return true
    })
    if (fresh.length > 0) this.events = [...this.events, ...fresh]
    this.#outbox.read(this.cursor)
  }

  #older({ epoch, events }: LogPage): void {
    const first = this.events[0]
    if (epoch !== this.epoch || !first) return
    const below = events.filter((event) => event.seq < first.seq)
    if (below.at(-1)?.seq === first.seq - 1) this.events = [...below, ...this.events]
  }

  #wake(outputs: RoomOutput[], at: number): RoomOutput[] {
    if (this.#wakeAt === undefined || at < this.#wakeAt) {
      this.#wakeAt = at
      outputs.push({ kind: 'wake', at })
    }
    return outputs
  }
}
