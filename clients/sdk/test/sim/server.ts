// A server for one call, small enough to see through: it tells the difference between what it told a
// line last and what is.
import type { Asking, LeaveReason, Payload, Pushes, Result } from '../../src/events.ts'
import { CarillonProblem } from '../../src/problem.ts'
import type { CallView, EndReason, LeftReason, LegState, Media } from '../../src/wire.ts'
import type { SimClock } from './clock.ts'
import { SimLine, type SimHost } from './line.ts'

const GRACE = 30_000
const NO_ANSWER = 30_000

interface Leg extends Media {
  id: string
  member: string
  device: string
  state: LegState
  line: SimLine | undefined
  connection: number
  /** Grows when the leg is replaced. */
  turn: number
  reason?: LeftReason
}

const inside = ({ state }: Leg) => state !== 'ringing' && state !== 'left'
const rings = ({ state, initiator }: CallView, member: string) => state === 'ringing' && initiator !== member
const problem = (word: string, status: number) => new CarillonProblem({ type: `/problems/${word}`, title: word, status, detail: word })

export class SimServer implements SimHost {
  readonly clock: SimClock
  readonly lines: SimLine[] = []
  legs: Leg[] = []
  /** Whatever was asked, in order. */
  readonly asked: [Asking, object][] = []
  call: { id: string; state: CallView['state']; initiator: string; reason?: EndReason } | undefined
  #calls = 0
  readonly #told = new Map<SimLine, { call: CallView; turns: string[] }>()
  #answers = new Map<string, { leg: Leg; call: string }>()
  /** How many of all requests find a server that says `again`. */
  trouble = 0

  constructor(clock: SimClock) {
    this.clock = clock
  }

  line(member: string, device = member): SimLine {
    const line = new SimLine(this, member, device)
    this.lines.push(line)
    return line
  }

  answer<E extends Asking>(line: SimLine, event: E, payload: Payload<E>): Result<E> {
    if (this.clock.chance() < this.trouble) throw problem('again', 503)
    const asked = payload as never as { call: string; requestId: string; media?: Media; account?: string; reason?: LeaveReason }
    this.asked.push([event, payload])
    const answer = this.#do(line, event, asked, payload)
    this.tell()
    return answer as Result<E>
  }

  #do(line: SimLine, event: Asking, asked: { call: string; requestId: string; media?: Media; reason?: LeaveReason }, payload: object): object {
    const mine = this.legs.find(({ device }) => device === line.device)
    if (event === 'call:initiate') return this.#entered(this.#initiate(line, asked))
    if (!this.call || this.call.id !== asked.call) throw problem('missing', 404)
    if (this.call.state === 'ended') {
      if (event === 'call:leave' || event === 'call:end') return { call: this.view }
      throw problem('gone', 410)
    }
    switch (event) {
      case 'call:join':
        return this.#entered(this.#enter(line, asked.media))
      case 'call:signal': {
        if (!mine || !inside(mine)) throw problem('refused', 403)
        const to = this.legs.find((leg) => leg !== mine && inside(leg))
        if (!to) throw problem('conflict', 409)
        const windows = this.lines.filter(({ device, up }) => device === to.device && up)
        if (windows.length === 0) throw problem('again', 503)
        const { type, signal } = payload as Pushes['call:signal']
        for (const window of windows) window.push('call:signal', { call: this.call.id, from: mine.id, type, signal } as Pushes['call:signal'])
        return {}
      }
      case 'call:toggle-audio':
      case 'call:toggle-video': {
        if (!mine) throw problem('refused', 403)
        mine[event === 'call:toggle-audio' ? 'audio' : 'video'] = (payload as { enabled: boolean }).enabled
        return { audio: mine.audio, video: mine.video }
      }
      case 'call:state': {
        const { leg } = payload as { leg?: LegState }
        if (mine && inside(mine) && leg) mine.state = leg
        return { call: this.view }
      }
      case 'call:leave':
        if (this.call.state === 'ringing') this.#end(asked.reason ?? 'hangup')
        else if (mine) this.#leave(mine, asked.reason ?? 'hangup')
        return { call: this.view }
      case 'call:end':
        this.#end('hangup')
        return { call: this.view }
      default:
        return {}
    }
  }

  get view(): CallView {
    const { id, state, initiator, reason } = this.call!
    const participants = this.legs.map(({ id, member, device, state, audio, video, turn: leg, reason }) =>
      ({ id, member, name: member, device, state, audio, video, leg, ...(reason !== undefined && { leftReason: reason }) }))
    const media = { audio: true, video: true }
    return { id, room: 'room', state, initiator, startedAt: 0, duration: 0, media, participants, ...(reason && { endReason: reason }) }
  }

  #initiate(line: SimLine, { requestId, media }: { requestId: string; media?: Media }): Leg {
    const before = this.#answers.get(requestId)
    if (before) {
      if (before.call !== this.call?.id || this.call.state === 'ended') throw problem('gone', 410)
      const { leg } = before
      return leg.line === line && leg.connection === line.connection ? leg : this.#enter(line, media)
    }
    if (!this.call || this.call.state === 'ended') {
      this.call = { id: `call${++this.#calls}`, state: 'ringing', initiator: line.member }
      this.legs = []
      const { id } = this.call
      this.clock.after(NO_ANSWER, () => this.call?.id === id && this.call.state === 'ringing' && (this.#end('noAnswer'), this.tell()))
    }
    const leg = this.#enter(line, media)
    this.#answers.set(requestId, { leg, call: this.call.id })
    return leg
  }

  #enter(line: SimLine, media: Media = { audio: false, video: false }): Leg {
    let leg = this.legs.find(({ device, state }) => device === line.device && state !== 'left')
    if (!leg) {
      if (this.legs.filter(inside).length > 1) throw problem('direct-call-full', 409)
      leg = { id: `${this.call!.id}-${line.member}-${this.legs.length}`, member: line.member, device: line.device, state: 'connecting', line, connection: 0, turn: 0, ...media }
      this.legs = [...this.legs.filter(({ device }) => device !== line.device), leg]
    }
    Object.assign(leg, media, { line, connection: line.connection, turn: leg.turn + 1, state: 'connecting' })
    if (this.legs.filter(({ state }) => state !== 'left').length > 1) this.call!.state = 'active'
    return leg
  }

  #entered(leg: Leg): object {
    return { call: this.view, participant: leg.id, iceServers: [] }
  }

  #leave(leg: Leg, reason: LeftReason): void {
    Object.assign(leg, { state: 'left', line: undefined, reason })
    if (this.legs.every(({ state }) => state === 'left')) this.#end('lost')
    else if (reason !== 'lost') {
      const { id } = this.call!
      this.clock.after(GRACE, () => this.call?.id === id && this.legs.filter(({ state }) => state !== 'left').length < 2 && (this.#end('hangup'), this.tell()))
    }
  }

  #end(reason: EndReason): void {
    Object.assign(this.call!, { state: 'ended', reason })
  }

  /** A line is gone: its leg has a while to come back. */
  lost(line: SimLine, connection: number): void {
    const leg = this.legs.find((one) => one.line === line && one.connection === connection)
    // The device is gone with its last window.
    if (!leg || this.call?.state === 'ended' || this.lines.some(({ device, up }) => device === leg.device && up)) return
    const { turn } = leg
    leg.line = undefined
    if (leg.state !== 'left') leg.state = 'reconnecting'
    this.clock.after(GRACE, () => {
      if (leg.turn !== turn || leg.state === 'left' || this.call?.state === 'ended') return
      this.#leave(leg, 'lost')
      this.tell()
    })
    this.tell()
  }

  tell(): void {
    if (this.call) for (const line of this.lines) if (line.up) this.#difference(line, this.view, this.legs.map(({ id, turn }) => `${id} ${turn}`))
  }

  connected(line: SimLine): void {
    this.#told.delete(line)
    this.tell()
  }

  #difference(line: SimLine, call: CallView, turns: string[]): void {
    const told = this.#told.get(line)
    if (JSON.stringify(told) === JSON.stringify({ call, turns })) return
    this.#told.set(line, { call, turns })
    if (!told || told.call.id !== call.id) {
      if (call.state === 'ended') return
      const from = { id: call.initiator, kind: 'account' as const, name: call.initiator }
      return line.push('call:initiated', { call, room: call.room, from, ring: rings(call, line.member) })
    }
    if (call.state === 'ended') {
      if (told.call.state !== 'ended') line.push('call:ended', { call: call.id, reason: call.endReason!, duration: 0 })
      return
    }
    const here = call.participants.some(({ device, state }) => device === line.device && state !== 'left')
    if (rings(told.call, line.member) && !rings(call, line.member) && !here) line.push('call:answered-elsewhere', { call: call.id })
    for (const [at, participant] of call.participants.entries()) {
      const before = told.call.participants.find(({ id }) => id === participant.id)
      const again = !told.turns.includes(turns[at]!)
      if (participant.state === 'left') {
        if (before && before.state !== 'left') {
          line.push('call:left', { call: call.id, participant: participant.id, member: participant.member, reason: participant.leftReason! })
        }
      } else if (!before || again) line.push('call:joined', { call: call.id, participant })
      else if (before.state !== participant.state) line.push('call:state', { call })
      else if (before.audio !== participant.audio || before.video !== participant.video) {
        line.push('call:media-toggled', { call: call.id, participant: participant.id, audio: participant.audio, video: participant.video })
      }
    }
  }
}
