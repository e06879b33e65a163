// Drives a room's log over the line: what the state machine asks for is fetched, what people see is told.
import type { Api } from './api.ts'
import { newId } from './id.ts'
import type { Line } from './line.ts'
import { Observable } from './observable.ts'
import type { Outgoing } from './outbox.ts'
import type { Platform } from './platform.ts'
import { problemOf, unanswered, type CarillonProblem } from './problem.ts'
import { RoomLog, type RoomInput, type RoomOutput } from './room-log.ts'
import type { RoomEvent } from './wire.ts'

/** Where what was not yet sent outlives a reload. */
export interface Drawer {
  read(room: string): Outgoing[]
  write(room: string, kept: readonly Outgoing[]): void
}

export interface RoomState {
  events: readonly RoomEvent[]
  outbox: readonly Outgoing[]
  /** Up to date as far as anybody knows. */
  current: boolean
  /** The log has been seen at least once. */
  loaded: boolean
  hasOlder: boolean
  askingOlder: boolean
  refused: CarillonProblem | undefined
  /** Who is typing now. */
  typing: readonly string[]
}

const OLDER_PAGE = 100
const TYPING_SHOWN = 4000
const TYPING_TOLD = 2500

export class RoomSession {
  readonly state: Observable<RoomState>
  readonly #log: RoomLog
  readonly #ends: (() => void)[]
  readonly #typing = new Map<string, () => void>()
  #toldTyping = 0
  #closed = false
  readonly room: string
  readonly #line: Line
  readonly #api: Pick<Api, 'log'>
  readonly #platform: Platform
  readonly #drawer: Drawer | undefined

  constructor(room: string, line: Line, api: Pick<Api, 'log'>, platform: Platform, drawer?: Drawer) {
    this.room = room
    this.#line = line
    this.#api = api
    this.#platform = platform
    this.#drawer = drawer
    this.#log = new RoomLog(drawer?.read(room).filter((outgoing) => outgoing.state !== 'sent'))
    this.state = new Observable(this.#snapshot())
    let up = line.state.get().up
    this.#ends = [
      line.on('room:event', (event) => event.room === room && this.#handle({ kind: 'event', event })),
      line.on('room:lag', (lag) => lag.room === room && this.#handle({ kind: 'lag' })),
      line.on('room:heads', ({ heads }) => {
        const mine = heads.find((head) => head.room === room)
        if (mine) this.#handle({ kind: 'head', epoch: mine.epoch, head: mine.head })
      }),
      line.on('room:typing', (typing) => typing.room === room && this.#showTyping(typing.member)),
      line.state.watch(() => {
        const now = line.state.get().up
        if (now === up) return
        up = now
        this.#handle({ kind: 'line', up })
      }),
    ]
    if (up) this.#handle({ kind: 'line', up })
  }

  say(text: string): void {
    this.#handle({ kind: 'say', requestId: newId(this.#platform), text })
  }

  sayAgain(requestId: string): void {
    this.#handle({ kind: 'sayAgain', requestId })
  }

  discard(requestId: string): void {
    this.#handle({ kind: 'discard', requestId })
  }

  older(): void {
    this.#handle({ kind: 'askOlder' })
  }

  /** Tells the others, now and then, that somebody types here. */
  type(): void {
    const now = this.#platform.now()
    if (now - this.#toldTyping < TYPING_TOLD) return
    this.#toldTyping = now
    this.#line.ask('room:typing', { room: this.room }).catch(() => {}) // a signal: nobody misses it
  }

  close(): void {
    this.#closed = true
    for (const end of this.#ends) end()
    for (const stop of this.#typing.values()) stop()
    if (this.#line.state.get().up) this.#line.ask('room:leave', { room: this.room }).catch(() => {})
  }

  #handle(input: RoomInput): void {
    if (this.#closed) return
    const outputs = this.#log.handle(this.#platform.now(), input)
    if (input.kind === 'event' && input.event.sender) this.#hideTyping(input.event.sender)
    for (const output of outputs) this.#do(output)
    this.state.set(this.#snapshot())
  }

  #do(output: RoomOutput): void {
    const room = this.room
    switch (output.kind) {
      case 'join': {
        const { kind: _, ...cursor } = output
        this.#line.ask('room:join', { room, ...cursor }).then(
          (caught) => this.#handle({ kind: 'caught', caught }),
          (thrown) => this.#handle({ kind: 'notCaught', problem: problemOf(thrown) }),
        )
        return
      }
      case 'sync':
        this.#line.ask('room:sync', { rooms: [{ room, epoch: output.epoch, after: output.after }] }).then(
          // However long it is, the first room has its place in the answer; without one we would wait for ever.
          ({ rooms: [caught] }) => this.#handle(caught ? { kind: 'caught', caught } : { kind: 'notCaught', problem: unanswered() }),
          (thrown) => this.#handle({ kind: 'notCaught', problem: problemOf(thrown) }),
        )
        return
      case 'older':
        this.#api.log(room, { before: output.before, limit: OLDER_PAGE }).then(
          (page) => this.#handle({ kind: 'older', page }),
          () => this.#handle({ kind: 'notOlder' }),
        )
        return
      case 'say': {
        const { requestId, text } = output.outgoing
        this.#line.ask('room:send', { room, requestId, text }).then(
          (posted) => this.#handle({ kind: 'said', requestId, posted }),
          (thrown) => this.#handle({ kind: 'notSaid', requestId, problem: problemOf(thrown) }),
        )
        return
      }
      case 'keep':
        this.#drawer?.write(room, output.kept)
        return
      case 'wake':
        this.#platform.after(Math.max(0, output.at - this.#platform.now()), () => this.#handle({ kind: 'woken' }))
    }
  }

  #snapshot(): RoomState {
    const { events, outbox, current, epoch, hasOlder, askingOlder, refused } = this.#log
    return { events, outbox, current, loaded: epoch !== undefined, hasOlder, askingOlder, refused, typing: [...this.#typing.keys()] }
  }

  #showTyping(member: string): void {
    this.#typing.get(member)?.()
    this.#typing.set(member, this.#platform.after(TYPING_SHOWN, () => this.#hideTyping(member)))
    this.state.set(this.#snapshot())
  }

  #hideTyping(member: string): void {
    const stop = this.#typing.get(member)
    if (!stop) return
    stop()
    this.#typing.delete(member)
    if (!this.#closed) this.state.set(this.#snapshot())
  }
}
