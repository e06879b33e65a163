// What can be asked of the server by HTTP, one method each. Changes carry a request id and are asked again until there is an answer.
import { Http, type HttpOptions } from './http.ts'
import { newId } from './id.ts'
import { pause, type Platform } from './platform.ts'
import { problemOf } from './problem.ts'
import type { CallView, DeviceHint, IceServer, LinkView, LogPage, Person, RoomSummary, RoomView, SessionView, SignedIn } from './wire.ts'

export interface Paging {
  after?: string
  limit?: number
}

/** How often a change is asked again before its problem is told. */
const TRIES = 4
const V1 = '/api/v1'
const part = encodeURIComponent

export class Api {
  readonly #http: Http
  readonly #platform: Platform

  constructor(options: HttpOptions, platform: Platform) {
    this.#http = new Http(options)
    this.#platform = platform
  }

  readonly me = () => this.#see<{ principal: Person; session: SessionView }>('/session')
  readonly signIn = (login: string, password: string, device?: DeviceHint) =>
    this.#post<SignedIn>('/session', { login, password, device })
  readonly signInByLink = (token: string, device?: DeviceHint) => this.#post<SignedIn>('/session/link', { token, device })
  readonly signOut = () => this.#delete<object>('/session')
  readonly signOutEverywhere = () => this.#delete<{ ended: number }>('/sessions')
  readonly sessions = () => this.#see<{ sessions: SessionView[] }>('/sessions')
  readonly endSession = (session: string) => this.#delete<object>(`/sessions/${part(session)}`)
  readonly invite = (role: 'member' | 'admin', note?: string) =>
    this.#change<{ id: string; token: string; expiresAt: number }>('/invitations', { role, note })
  readonly acceptInvitation = (token: string, who: { login: string; name: string; password: string }, device?: DeviceHint) =>
    this.#post<SignedIn>('/invitations/accept', { token, ...who, device })
  readonly accounts = (query?: string, paging: Paging = {}) =>
    this.#see<{ accounts: Person[]; next?: string }>('/accounts', { query: query || undefined, ...paging })
  readonly changeMe = (change: { name?: string; language?: 'fr' | 'en' }) => this.#post<Person>('/me', change)
  readonly changePassword = (next: string, old?: string) => this.#post<object>('/me/password', { new: next, old })
  readonly link = (link: string) => this.#see<LinkView>(`/links/${part(link)}`)
  readonly enterAsGuest = (link: string, name: string, device?: DeviceHint) =>
    this.#post<SignedIn>('/guests', { link, name, device })

  readonly createRoom = (name: string) => this.#change<{ room: RoomView }>('/rooms', { name })
  readonly rooms = (paging: Paging = {}) => this.#see<{ rooms: RoomSummary[] }>('/rooms', { ...paging })
  readonly room = (room: string) => this.#see<RoomView>(`/rooms/${part(room)}`)
  readonly log = (room: string, range: { after?: number; until?: number; before?: number; limit?: number }) =>
    this.#see<LogPage>(`/rooms/${part(room)}/log`, range)
  readonly renewLink = (room: string) => this.#change<{ link: string }>(`/rooms/${part(room)}/link`, {})
  readonly addMember = (room: string, account: string) => this.#change<object>(`/rooms/${part(room)}/members`, { account })
  readonly removeMember = (room: string, member: string) => this.#delete<object>(`/rooms/${part(room)}/members/${part(member)}`)
  readonly direct = (account: string) => this.#change<{ room: RoomView }>('/direct', { account })
  readonly calls = (room: string, paging: Paging = {}) => this.#see<{ calls: CallView[] }>(`/rooms/${part(room)}/calls`, { ...paging })
  readonly iceServers = () => this.#http.send<{ iceServers: IceServer[] }>('GET', '/webrtc/config')

  #see<T>(path: string, query?: Record<string, string | number | undefined>): Promise<T> {
    return this.#http.send('GET', V1 + path, { ...(query && { query }) })
  }

  #post<T>(path: string, body: object): Promise<T> {
    return this.#http.send('POST', V1 + path, { body })
  }

  #delete<T>(path: string): Promise<T> {
    return this.#http.send('DELETE', V1 + path)
  }

  async #change<T>(path: string, body: object): Promise<T> {
    const asked = { requestId: newId(this.#platform), ...body }
    for (let tries = 1; ; tries++) {
      try {
        return await this.#post<T>(path, asked)
      } catch (thrown) {
        const problem = problemOf(thrown)
        if (!problem.passing || tries === TRIES) throw problem
        await pause(this.#platform, (problem.retryAfter ?? 0) * 1000 + 250 * 2 ** tries * (0.5 + Math.random()))
      }
    }
  }
}
