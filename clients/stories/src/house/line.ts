// A socket by the library that everybody uses, and all that was heard on it.
import type { Socket as Net } from 'node:net'

import type { Asking, Payload, Pushes, Result } from '@carillon/sdk'
import { io, type Socket } from 'socket.io-client'

import type { ProblemBody } from './people.ts'
import { within } from './wait.ts'

export interface LineOptions {
  transports?: ('polling' | 'websocket')[]
  upgrade?: boolean
  reconnection?: boolean
}

type Told = keyof Pushes & string
type Ack<E extends Asking> = { result: Result<E>; problem?: undefined } | { result?: undefined; problem: ProblemBody }

interface Heard {
  event: string
  payload: unknown
  at: number
}

/** The answer to something asked was a problem. */
export class Refused extends Error {
  readonly problem: ProblemBody

  constructor(event: string, problem: ProblemBody) {
    super(`${event}: ${JSON.stringify(problem)}`)
    this.problem = problem
  }
}

export class Line {
  readonly socket: Socket
  /** What came and was not asked for yet. */
  readonly heard: Heard[] = []
  readonly #listeners = new Set<() => void>()

  private constructor(socket: Socket) {
    this.socket = socket
    socket.onAny((event: string, payload: unknown) => this.#take(event, payload))
    socket.on('connect', () => this.#take('connect', undefined))
    socket.on('disconnect', (reason) => this.#take('disconnect', reason))
    socket.on('connect_error', (error) => this.#take('connect_error', error.message))
  }

  /** A socket that has not said a word yet. */
  static make(url: string, token?: string, { transports = ['websocket'], upgrade = true, reconnection = false }: LineOptions = {}): Line {
    const socket = io(url, {
      autoConnect: false,
      forceNew: true,
      transports,
      upgrade,
      reconnection,
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      ...(token && { auth: { token } }),
    })
    return new Line(socket)
  }

  static async open(url: string, token: string, options?: LineOptions): Promise<Line> {
    const line = Line.make(url, token, options)
    line.socket.connect()
    await line.comes('connect')
    return line
  }

  /** Asks, and takes the acknowledgement as it is. */
  answer<E extends Asking>(event: E, payload: Payload<E>): Promise<Ack<E>> {
    return this.socket.timeout(10_000).emitWithAck(event, payload) as Promise<Ack<E>>
  }

  /** Asks for something that must be granted. */
  async ask<E extends Asking>(event: E, payload: Payload<E>): Promise<Result<E>> {
    const { result, problem } = await this.answer(event, payload)
    if (problem) throw new Refused(event, problem)
    return result as Result<E>
  }

  /** Asks for something that must be refused: the problem. */
  async refused<E extends Asking>(event: E, payload: Payload<E>): Promise<ProblemBody> {
    const { result, problem } = await this.answer(event, payload)
    if (!problem) throw new Error(`${event} was granted: ${JSON.stringify(result)}`)
    return problem
  }

  /** The next such event, which may have come already. */
  hears<E extends Told>(event: E, such: (push: Pushes[E]) => boolean = () => true, milliseconds = 5_000): Promise<Pushes[E]> {
    return this.comes(event, such as (payload: unknown) => boolean, milliseconds) as Promise<Pushes[E]>
  }

  /** The same for what the library itself says: `connect`, `disconnect`, `connect_error`. */
  comes(event: string, such: (payload: unknown) => boolean = () => true, milliseconds = 5_000): Promise<unknown> {
    let look: () => void = () => {}
    const came = new Promise((found) => {
      look = () => {
        const place = this.heard.findIndex((one) => one.event === event && such(one.payload))
        if (place < 0) return
        // Once only: what comes next, before whoever waits goes on, is for the next who asks.
        this.#listeners.delete(look)
        found(this.heard.splice(place, 1)[0]?.payload)
      }
      this.#listeners.add(look)
      look()
    })
    const heard = () => this.heard.map((one) => one.event).join(', ') || 'nothing'
    return within(milliseconds, `${event} comes`, came)
      .catch((late: Error) => {
        throw new Error(`${late.message}; heard instead: ${heard()}`)
      })
      .finally(() => this.#listeners.delete(look))
  }

  /** What came of this kind and was not asked for. */
  unasked(event: Told): unknown[] {
    return this.heard.filter((one) => one.event === event).map((one) => one.payload)
  }

  /** Bytes that the WebSocket carried, both ways. */
  get bytes(): number {
    const { transport } = this.socket.io.engine as unknown as { transport: { ws?: { _socket?: Net } } }
    const net = transport.ws?._socket
    if (!net) throw new Error('this line is no WebSocket')
    return net.bytesRead + net.bytesWritten
  }

  close(): void {
    this.socket.disconnect()
  }

  #take(event: string, payload: unknown): void {
    this.heard.push({ event, payload, at: performance.now() })
    for (const look of [...this.#listeners]) look()
  }
}
