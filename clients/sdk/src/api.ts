// What can be asked of the server by HTTP, one method each. Changes carry a request id and are asked again until there is an answer.
import { answerOf, http, type Http, type HttpOptions } from './http.ts'
import { newId } from './id.ts'
import { pause, type Platform } from './platform.ts'
import { problemOf } from './problem.ts'
import type { AccountRole, AdminCall, AuditFilter, CallProblem, DeviceHint, LogPage, MemberRole } from './wire.ts'

export interface Paging {
  after?: string
  limit?: number
}

/** How often a change is asked again before its problem is told. */
const TRIES = 4

export class Api {
  readonly #http: Http
  readonly #platform: Platform

  constructor(options: HttpOptions, platform: Platform) {
    this.#http = http(options)
    this.#platform = platform
  }

  readonly me = () => answerOf(this.#http.GET('/api/v1/session'))
  readonly signIn = (login: string, password: string, device?: DeviceHint) =>
    answerOf(this.#http.POST('/api/v1/session', { body: { login, password, device } }))
  readonly signInByLink = (token: string, device?: DeviceHint) =>
    answerOf(this.#http.POST('/api/v1/session/link', { body: { token, device } }))
  readonly signOut = () => answerOf(this.#http.DELETE('/api/v1/session', { body: {} }))
  readonly signOutEverywhere = () => answerOf(this.#http.DELETE('/api/v1/sessions', { body: {} }))
  readonly sessions = () => answerOf(this.#http.GET('/api/v1/sessions'))
  readonly endSession = (session: string) => answerOf(this.#http.DELETE('/api/v1/sessions/{session}', { params: { path: { session } }, body: {} }))
  readonly invite = (role: AccountRole, note?: string) =>
    this.#change((requestId) => this.#http.POST('/api/v1/invitations', { body: { requestId, role, note } }))
  readonly acceptInvitation = (token: string, who: { login: string; name: string; password: string }, device?: DeviceHint) =>
    answerOf(this.#http.POST('/api/v1/invitations/accept', { body: { token, ...who, device } }))
  readonly invitations = (paging: Paging = {}) => answerOf(this.#http.GET('/api/v1/invitations', { params: { query: paging } }))
  readonly revokeInvitation = (invitation: string) =>
    answerOf(this.#http.DELETE('/api/v1/invitations/{invitation}', { params: { path: { invitation } }, body: {} }))
  /** Those that are open; `closed` are for administrators, each with its `closedAt`. */
  readonly accounts = (query?: string, which: Paging & { closed?: boolean } = {}) =>
    answerOf(this.#http.GET('/api/v1/accounts', { params: { query: { query: query || undefined, ...which } } }))
  readonly closeAccount = (account: string) => answerOf(this.#http.POST('/api/v1/accounts/{account}/close', { params: { path: { account } }, body: {} }))
  readonly openAccount = (account: string) => answerOf(this.#http.POST('/api/v1/accounts/{account}/open', { params: { path: { account } }, body: {} }))
  readonly changeAccount = (account: string, role: AccountRole) =>
    answerOf(this.#http.POST('/api/v1/accounts/{account}/role', { params: { path: { account } }, body: { role } }))
  readonly changeMe = (change: { name?: string; language?: 'fr' | 'en' }) => answerOf(this.#http.POST('/api/v1/me', { body: change }))
  readonly changePassword = (next: string, old?: string) => answerOf(this.#http.POST('/api/v1/me/password', { body: { new: next, old } }))
  readonly link = (link: string) => answerOf(this.#http.GET('/api/v1/links/{link}', { params: { path: { link } } }))
  readonly enterAsGuest = (link: string, name: string, device?: DeviceHint) =>
    answerOf(this.#http.POST('/api/v1/guests', { body: { link, name, device } }))
  readonly enterByLink = (link: string) =>
    this.#change((requestId) => this.#http.POST('/api/v1/links/{link}/members', { params: { path: { link } }, body: { requestId } }))

  readonly createRoom = (name: string) => this.#change((requestId) => this.#http.POST('/api/v1/rooms', { body: { requestId, name } }))
  readonly rooms = (paging: Paging = {}) => answerOf(this.#http.GET('/api/v1/rooms', { params: { query: paging } }))
  readonly room = (room: string) => answerOf(this.#http.GET('/api/v1/rooms/{room}', { params: { path: { room } } }))
  readonly log = (room: string, range: { after?: number; until?: number; before?: number; limit?: number }) =>
    answerOf(this.#http.GET('/api/v1/rooms/{room}/log', { params: { path: { room }, query: range } })) as Promise<LogPage>
  readonly renewLink = (room: string) =>
    this.#change((requestId) => this.#http.POST('/api/v1/rooms/{room}/link', { params: { path: { room } }, body: { requestId } }))
  readonly addMember = (room: string, account: string) =>
    this.#change((requestId) => this.#http.POST('/api/v1/rooms/{room}/members', { params: { path: { room } }, body: { requestId, account } }))
  /** Owners make others owners, and members again. */
  readonly changeMember = (room: string, member: string, role: MemberRole) =>
    answerOf(this.#http.POST('/api/v1/rooms/{room}/members/{member}', { params: { path: { room, member } }, body: { role } }))
  readonly removeMember = (room: string, member: string) =>
    answerOf(this.#http.DELETE('/api/v1/rooms/{room}/members/{member}', { params: { path: { room, member } }, body: {} }))
  readonly direct = (account: string) => this.#change((requestId) => this.#http.POST('/api/v1/direct', { body: { requestId, account } }))
  readonly calls = (room: string, paging: Paging = {}) =>
    answerOf(this.#http.GET('/api/v1/rooms/{room}/calls', { params: { path: { room }, query: paging } }))
  /** One's own, of all rooms. */
  readonly recentCalls = (paging: Paging = {}) => answerOf(this.#http.GET('/api/v1/calls', { params: { query: paging } }))
  readonly rateCall = (call: string, said: { rating: number; problems?: CallProblem[]; words?: string }) =>
    answerOf(this.#http.POST('/api/v1/calls/{call}/rating', { params: { path: { call } }, body: said }))
  readonly iceServers = () => answerOf(this.#http.GET('/webrtc/config'))

  readonly adminRooms = (paging: Paging = {}) => answerOf(this.#http.GET('/api/v1/admin/rooms', { params: { query: paging } }))
  readonly adminCalls = (which: Paging & { room?: string } = {}) =>
    answerOf(this.#http.GET('/api/v1/admin/calls', { params: { query: which } }))
  readonly adminCall = (call: string) =>
    answerOf(this.#http.GET('/api/v1/admin/calls/{call}', { params: { path: { call } } })) as Promise<AdminCall>
  readonly audit = (which: AuditFilter & { before?: number; limit?: number } = {}) =>
    answerOf(this.#http.GET('/api/v1/admin/audit', { params: { query: which } }))
  readonly checkAudit = () => answerOf(this.#http.POST('/api/v1/admin/audit/check', { body: {} }))

  async #change<T>(ask: (requestId: string) => Parameters<typeof answerOf<T>>[0]): Promise<T> {
    const requestId = newId(this.#platform)
    for (let tries = 1; ; tries++) {
      try {
        return await answerOf(ask(requestId))
      } catch (thrown) {
        const problem = problemOf(thrown)
        if (!problem.passing || tries === TRIES) throw problem
        await pause(this.#platform, (problem.retryAfter ?? 0) * 1000 + 250 * 2 ** tries * (0.5 + Math.random()))
      }
    }
  }
}
