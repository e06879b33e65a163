// Who uses this client: asked of the server at the start, known after signing in, forgotten at the end.
import type { Api } from './api.ts'
import { Observable } from './observable.ts'
import { pause, type Clock, type Store } from './platform.ts'
import { problemOf, type CarillonProblem } from './problem.ts'
import type { TokenKeeper } from './token-keeper.ts'
import type { DeviceHint, Person, SessionView, SignedIn } from './wire.ts'

export type SessionState =
  /** Not known yet; with a problem while the server cannot be reached. */
  | { kind: 'asking'; problem?: CarillonProblem }
  /** `why`: it ended by itself. */
  | { kind: 'out'; why?: CarillonProblem }
  /** `room`: the one that a guest belongs to. */
  | { kind: 'in'; person: Person; session: SessionView; room?: string }

/** `room`: the one that a guest came into. */
export type Entrance = Omit<SignedIn, 'room'> & { room?: string }

export interface SessionOptions {
  api: Api
  clock: Clock
  store: Store
  tokens: TokenKeeper | undefined
  /** How this device is called in the list of sessions. */
  deviceName: string | undefined
  /** Where the platform knows: whether there may be a session to ask for. */
  mayBeHere: (() => boolean) | undefined
  /** What is said before the session ends: afterwards nobody listens. */
  farewell: () => Promise<void>
}

const DEVICE = 'device'
const ROOM = 'guest-room'
const AGAIN = 2000
/** How long it waits for what is said before. */
const FAREWELL = 1500

export class Session {
  readonly state = new Observable<SessionState>({ kind: 'asking' })
  readonly #options: SessionOptions
  #leaving = false

  constructor(options: SessionOptions) {
    this.#options = options
  }

  /** Asks who we are, until the server says. */
  async resume(): Promise<void> {
    const { api, clock, store, mayBeHere } = this.#options
    if (mayBeHere?.() === false) return this.state.set({ kind: 'out' })
    try {
      const { principal, session } = await api.me()
      const room = principal.kind === 'guest' ? store.get(ROOM) : undefined
      this.state.set({ kind: 'in', person: principal, session, ...(room !== undefined && { room }) })
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (problem.kind === 'unauthenticated') return this.state.set({ kind: 'out' })
      this.state.set({ kind: 'asking', problem })
      clock.after(Math.max(AGAIN, (problem.retryAfter ?? 0) * 1000), () => this.state.get().kind === 'asking' && void this.resume())
    }
  }

  readonly signIn = (login: string, password: string) => this.#enter(this.#options.api.signIn(login, password, this.#device))
  readonly signInByLink = (token: string) => this.#enter(this.#options.api.signInByLink(token, this.#device))
  readonly acceptInvitation = (token: string, who: { login: string; name: string; password: string }) =>
    this.#enter(this.#options.api.acceptInvitation(token, who, this.#device))
  readonly enterAsGuest = (link: string, name: string) => this.#enter(this.#options.api.enterAsGuest(link, name, this.#device))

  async signOut(): Promise<void> {
    await this.#leave(() => this.#options.api.signOut())
  }

  /** Ends it on every device; the answer is how many there were. */
  async signOutEverywhere(): Promise<number> {
    return (await this.#leave(() => this.#options.api.signOutEverywhere())).ended
  }

  async changeMe(change: { name?: string; language?: 'fr' | 'en' }): Promise<void> {
    const person = await this.#options.api.changeMe(change)
    const state = this.state.get()
    if (state.kind === 'in') this.state.set({ ...state, person: { ...state.person, ...person } })
  }

  /** It is over. */
  end(why?: CarillonProblem): void {
    const { tokens, store } = this.#options
    tokens?.forget()
    store.set(ROOM)
    this.state.set({ kind: 'out', ...(why && !this.#leaving && { why }) })
  }

  get #device(): DeviceHint {
    const { store, deviceName } = this.#options
    const id = store.get(DEVICE)
    return { ...(id !== undefined && { id }), ...(deviceName !== undefined && { name: deviceName }) }
  }

  /** The line may say that the session is over before the answer does. */
  async #leave<T>(ask: () => Promise<T>): Promise<T> {
    const { clock, farewell } = this.#options
    this.#leaving = true
    try {
      await Promise.race([farewell(), pause(clock, FAREWELL)])
      const answer = await ask()
      this.end()
      return answer
    } finally {
      this.#leaving = false
    }
  }

  async #enter(asked: Promise<SignedIn>): Promise<Entrance> {
    const { room: guests, ...signedIn } = await asked
    const { principal, session, tokens } = signedIn
    const room = guests ?? undefined
    const { store } = this.#options
    this.#options.tokens?.keep(tokens)
    store.set(DEVICE, session.device.id)
    store.set(ROOM, room)
    this.state.set({ kind: 'in', person: principal, session, ...(room !== undefined && { room }) })
    return { ...signedIn, ...(room !== undefined && { room }) }
  }
}
