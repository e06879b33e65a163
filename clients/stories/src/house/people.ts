// People as any client sees them: they come by a link, hold tokens, and ask by HTTP.
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'

import type { LinkView, RoomView, SignedIn } from '@carillon/sdk'

import { Line, type LineOptions } from './line.ts'
import type { Server } from './server.ts'

export interface Answer<T = unknown> {
  status: number
  type: string
  body: T
}

/** An answer that is a problem. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  retryAfter?: number
}

export class Person {
  readonly server: Server
  readonly signedIn: SignedIn

  constructor(server: Server, signedIn: SignedIn) {
    this.server = server
    this.signedIn = signedIn
  }

  get id(): string {
    return this.signedIn.principal.id
  }

  get token(): string {
    return this.signedIn.tokens.accessToken
  }

  /** The answer, whatever it is. */
  ask<T = ProblemBody>(method: string, path: string, body?: object): Promise<Answer<T>> {
    return ask<T>(this.server.url, method, path, body, this.token)
  }

  /** What a good answer holds. */
  async get<T>(path: string): Promise<T> {
    return good(await this.ask<T>('GET', path), path)
  }

  async post<T>(path: string, body: object = {}): Promise<T> {
    return good(await this.ask<T>('POST', path, body), path)
  }

  async room(name: string): Promise<RoomView> {
    return (await this.post<{ room: RoomView }>('/api/v1/rooms', { requestId: randomUUID(), name })).room
  }

  async add(room: string, ...others: Person[]): Promise<void> {
    for (const other of others) await this.post(`/api/v1/rooms/${room}/members`, { requestId: randomUUID(), account: other.id })
  }

  line(options: LineOptions = {}): Promise<Line> {
    return Line.open(this.server.url, this.token, options)
  }
}

/** The first administrator, by the link that the server prints. */
export async function administrator(server: Server): Promise<Person> {
  const token = server.ready.adminLink.split('#')[1]
  return arrive(server, '/api/v1/session/link', { token, device: { name: 'story' } })
}

/** Somebody new, by an administrator's invitation. Their login is the name in small letters, their password beside it. */
export async function invited(admin: Person, name: string, role: 'member' | 'admin' = 'member'): Promise<Person> {
  const { token } = await admin.post<{ token: string }>('/api/v1/invitations', { requestId: randomUUID(), role })
  const who = { login: name.toLowerCase(), name, password: password(name) }
  return arrive(admin.server, '/api/v1/invitations/accept', { token, ...who, device: { name: `${name}'s laptop` } })
}

export const password = (name: string) => `${name.toLowerCase()} of the bell tower`

/** The same person on one more device. */
export function again(person: Person, device: string): Promise<Person> {
  const { name, login = name.toLowerCase() } = person.signedIn.principal
  return arrive(person.server, '/api/v1/session', { login, password: password(name), device: { name: device } })
}

/** Somebody with nothing but a room's link. */
export async function guest(server: Server, room: RoomView, name: string): Promise<Person> {
  const { link } = room
  if (!link) throw new Error('only an owner sees the link')
  const seen = await ask<LinkView>(server.url, 'GET', `/api/v1/links/${code(link)}`)
  if (seen.body.roomName !== room.name) throw new Error(`the link opens ${JSON.stringify(seen.body)}`)
  return arrive(server, '/api/v1/guests', { link: code(link), name, device: { name: 'phone' } })
}

/** A link is a code, or an address that ends in it. */
const code = (link: string) => link.split('/').at(-1) ?? link

async function arrive(server: Server, path: string, body: object): Promise<Person> {
  const signedIn = good(await ask<SignedIn>(server.url, 'POST', path, body), path)
  return new Person(server, signedIn)
}

function good<T>(answer: Answer<T>, path: string): T {
  if (answer.status < 200 || answer.status > 299) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** One request, as it is: without retrying, and by whoever has this token. A text is sent as it stands. */
export async function ask<T = ProblemBody>(
  url: string,
  method: string,
  path: string,
  body?: object | string,
  token?: string,
): Promise<Answer<T>> {
  const headers = { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...(token && { Authorization: `Bearer ${token}` }) }
  const text = typeof body === 'object' ? JSON.stringify(body) : body
  const agent = new Agent()
  return new Promise((done, fail) => {
    const asked = request(new URL(path, url), { method, headers, agent }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('error', fail)
      answer.on('end', () => {
        agent.destroy()
        const text = Buffer.concat(pieces).toString()
        const type = answer.headers['content-type'] ?? ''
        done({ status: answer.statusCode ?? 0, type, body: (type.includes('json') ? JSON.parse(text) : text) as T })
      })
    })
    asked.on('error', fail)
    asked.end(text)
  })
}
