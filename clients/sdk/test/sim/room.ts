// A server for one room: an ordered log, told by pushes that may be lost, doubled or late.
import type { Asking, Payload, Result } from '../../src/events.ts'
import { CarillonProblem } from '../../src/problem.ts'
import type { Caught, LogPage, RoomEvent } from '../../src/wire.ts'
import type { SimClock } from './clock.ts'
import { SimLine, type SimHost } from './line.ts'

const HEADS = 25_000
/** Small, so that gaps are seen. */
const MOST = 5
export const ROOM = 'room'

export class SimRoom implements SimHost {
  readonly clock: SimClock
  epoch = 'epoch1'
  log: RoomEvent[] = []
  /** How many pushes are lost, doubled, or late. */
  mischief = 0
  /** How many requests find a server that says `again`. */
  trouble = 0
  /** How many answers of `room:sync` are full before the room. */
  full = 0
  /** Requests whose answer was given. */
  sent = 0
  #epochs = 1
  readonly #following = new Map<SimLine, { connection: number; lags: boolean }>()

  constructor(clock: SimClock) {
    this.clock = clock
    this.#tellHeads()
  }

  line(member: string): SimLine {
    return new SimLine(this, member)
  }

  connected(): void {}

  lost(line: SimLine, connection: number): void {
    if (this.#following.get(line)?.connection === connection) this.#following.delete(line)
  }

  answer<E extends Asking>(line: SimLine, event: E, payload: Payload<E>): Result<E> {
    if (this.clock.chance() < this.trouble) {
      throw new CarillonProblem({ type: '/problems/again', title: 'again', status: 503, detail: '', retryAfter: 1 })
    }
    return this.#do(line, event, payload as never) as Result<E>
  }

  #do(line: SimLine, event: Asking, asked: { epoch?: string; after?: number; requestId: string; text: string; rooms: never[] }): object {
    switch (event) {
      case 'room:join': {
        const caught = this.#caught(asked)
        this.#following.set(line, { connection: line.connection, lags: caught.limited })
        return caught
      }
      case 'room:sync': {
        if (this.full-- > 0) return { rooms: [], limited: true }
        const caught = this.#caught(asked.rooms[0]!)
        const following = this.#following.get(line)
        if (following) following.lags = caught.limited
        return { rooms: [caught], limited: false }
      }
      case 'room:send': {
        this.sent++
        const before = this.log.find(({ requestId }) => requestId === asked.requestId)
        if (asked.text === '') throw new CarillonProblem({ type: '/problems/invalid', title: 'invalid', status: 400, detail: 'empty' })
        const { id, seq, at } = before ?? this.post(line.member, asked.text, asked.requestId)
        return { room: ROOM, id, seq, at, epoch: this.epoch, repeated: before !== undefined }
      }
      default:
        return {}
    }
  }

  post(sender: string, text: string, requestId?: string): RoomEvent {
    const seq = this.log.length + 1
    const event: RoomEvent = { room: ROOM, epoch: this.epoch, seq, id: `${this.epoch}-${seq}`, at: this.clock.now(), sender, kind: 'message.posted', body: { text }, ...(requestId && { requestId }) }
    this.log = [...this.log, event]
    for (const [line, following] of this.#following) this.#push(line, following, event)
    return event
  }

  /** The database is restored to what it was some events ago. */
  restore(lost: number): void {
    this.epoch = `epoch${++this.#epochs}`
    this.log = this.log.slice(0, Math.max(0, this.log.length - lost)).map((event) => ({ ...event, epoch: this.epoch }))
  }

  page({ before, limit = MOST }: { before?: number; limit?: number }): LogPage {
    const events = this.log.filter(({ seq }) => before === undefined || seq < before).slice(-limit)
    return { room: ROOM, epoch: this.epoch, head: this.log.length, events: structuredClone(events) }
  }

  /** This line reads too slowly. */
  lag(line: SimLine): void {
    const following = this.#following.get(line)
    if (!following || following.lags) return
    following.lags = true
    line.push('room:lag', { room: ROOM, head: this.log.length })
  }

  #caught({ epoch, after }: { epoch?: string; after?: number }): Caught {
    const reset = epoch !== undefined && epoch !== this.epoch
    const missing = after === undefined || reset ? this.log.slice(-MOST) : this.log.filter(({ seq }) => seq > after)
    const limited = missing.length > MOST
    return { room: ROOM, epoch: this.epoch, head: this.log.length, events: missing.slice(0, MOST), limited, reset }
  }

  #push(line: SimLine, { connection, lags }: { connection: number; lags: boolean }, event: RoomEvent): void {
    if (connection !== line.connection || lags) return
    const luck = this.clock.chance()
    if (luck < this.mischief / 3) return // lost
    line.push('room:event', event)
    if (luck < (2 * this.mischief) / 3) line.push('room:event', event)
    else if (luck < this.mischief) this.clock.after(this.clock.between(1, 2000), () => connection === line.connection && line.push('room:event', event))
  }

  #tellHeads(): void {
    for (const [line, { connection }] of this.#following) {
      if (connection === line.connection) line.push('room:heads', { heads: [{ room: ROOM, epoch: this.epoch, head: this.log.length }] })
    }
    this.clock.after(HEADS, () => this.#tellHeads())
  }
}
