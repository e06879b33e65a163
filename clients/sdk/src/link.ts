// The line to the server by Socket.IO. Says at once when it is down, and comes back by itself.
import { io } from 'socket.io-client'
import type { Asking, Payload, Pushes, Result } from './events.ts'
import type { Line, LinkState } from './line.ts'
import { Observable } from './observable.ts'
import type { Clock } from './platform.ts'
import { CarillonProblem, isProblemBody, offline, problemIn, problemOf, unanswered, type ProblemBody } from './problem.ts'

export interface LinkOptions {
  /** The server; the page's own when absent. */
  url?: string
  /** For apps without the cookie: asked again before each connection. */
  token?: () => Promise<string | undefined>
  clock: Clock
}

/** How long an answer may take. */
const PATIENCE = 10_000

type Ack = { result: unknown } | { problem: ProblemBody }

export class Link implements Line {
  readonly state: Observable<LinkState>
  readonly #clock: Clock
  readonly #token: LinkOptions['token']
  readonly #socket
  #retry: (() => void) | undefined

  constructor({ url, token, clock }: LinkOptions) {
    this.#clock = clock
    this.#token = token
    this.state = new Observable<LinkState>({ up: false, since: clock.now() })
    const options = {
      autoConnect: false,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      // Half to one and a half times as long each: a thousand clients must not come back in the same moment.
      reconnectionDelay: 400,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
      timeout: 8000,
      ...(token && { auth: (give: (auth: object) => void) => void this.#present(token, give) }),
    }
    this.#socket = url === undefined ? io(options) : io(url, { ...options, forceNew: true })
    this.#socket.on('connect', () => this.#set(true))
    this.#socket.on('disconnect', (reason) => {
      this.#set(false)
      // Closed by the server's word: the manager would not come back by itself.
      if (reason === 'io server disconnect') this.#again(1000)
    })
    this.#socket.on('connect_error', (error) => {
      this.#set(false)
      if (this.#socket.active) return // the manager goes on trying
      this.#refused(problemIn(error.message) ?? offline(error.message))
    })
    this.on('session:ended', ({ reason }) =>
      this.#end(new CarillonProblem({ type: '/problems/signed-out', title: 'The session is over', status: 401, detail: reason })),
    )
  }

  open(): void {
    this.state.set({ up: this.#socket.connected, since: this.#clock.now() })
    this.#socket.connect()
  }

  close(): void {
    this.#retry?.()
    this.#socket.disconnect()
    this.#set(false)
  }

  async ask<E extends Asking>(event: E, payload: Payload<E>, patience = PATIENCE): Promise<Result<E>> {
    if (!this.#socket.connected) throw offline()
    let ack: Ack
    try {
      ack = await this.#socket.timeout(patience).emitWithAck(event, payload)
    } catch {
      throw unanswered()
    }
    if (ack && 'result' in ack) return ack.result as Result<E>
    throw ack && isProblemBody(ack.problem) ? new CarillonProblem(ack.problem) : unanswered()
  }

  on<E extends keyof Pushes>(event: E, listener: (push: Pushes[E]) => void): () => void {
    const on = this.#socket as unknown as { on(event: string, run: (push: Pushes[E]) => void): void; off(event: string, run: unknown): void }
    on.on(event, listener)
    return () => on.off(event, listener)
  }

  doubt(): void {
    if (this.#socket.connected) this.#socket.io.engine.close() // the manager comes back by itself
  }

  /** What the platform says of the network: sooner than silence would. */
  network(online: boolean): void {
    if (this.state.get().ended) return
    if (!online) this.doubt()
    else if (!this.#socket.connected && this.#socket.active) this.#socket.disconnect().connect() // now, not after the pause
  }

  /** Comes again later while there is no token for the moment: without one it would not be known. */
  async #present(token: () => Promise<string | undefined>, give: (auth: object) => void): Promise<void> {
    try {
      give({ token: await token() })
    } catch (thrown) {
      if (!this.#socket.active) return
      this.#socket.disconnect()
      this.#refused(problemOf(thrown))
    }
  }

  #refused(problem: CarillonProblem): void {
    const renewable = problem.word === 'token-expired' && this.#token !== undefined
    if (!renewable && (problem.kind === 'unauthenticated' || problem.kind === 'refused')) this.#end(problem)
    else this.#again((problem.retryAfter ?? 1) * 1000)
  }

  #set(up: boolean): void {
    const { up: was, ended } = this.state.get()
    if (up || was !== up) this.state.set({ up, since: this.#clock.now(), ...(!up && ended && { ended }) })
  }

  #end(ended: CarillonProblem): void {
    this.#retry?.()
    this.state.set({ up: false, since: this.#clock.now(), ended })
    this.#socket.disconnect()
  }

  #again(milliseconds: number): void {
    if (this.state.get().ended) return
    this.#retry?.()
    this.#retry = this.#clock.after(milliseconds * (0.5 + Math.random()), () => this.#socket.connect())
  }
}
