import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Api } from '../src/api.ts'
import { TokenKeeper } from '../src/token-keeper.ts'
import { SimClock } from './sim/clock.ts'
import { SimStore } from './sim/store.ts'

interface Asked {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: { requestId?: string; refreshToken?: string } | undefined
}

type Answer = { status: number; body?: object } | 'hang up'

let server: Server | undefined
afterEach(() => void server?.closeAllConnections())
afterEach(() => new Promise<void>((done) => (server ? server.close(() => done()) : done())))

/** A server that answers in this order, and remembers what it was asked. */
async function start(...answers: Answer[]): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    asked.push({ method: request.method!, path: request.url!, headers: request.headers, body: text === '' ? undefined : JSON.parse(text) })
    const answer = answers.shift() ?? { status: 200, body: {} }
    if (answer === 'hang up') return void request.socket.destroy()
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer.body ?? {}))
  })
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const send = (url: string, init: object) => fetch(url, init)
const problem = (type: string, status: number, rest = {}) => ({ status, body: { type: `/problems/${type}`, title: '', status, detail: '', ...rest } })

/** A clock whose waits are over at once. */
const hasty = Object.assign(new SimClock(), { after: (_: number, run: () => void) => (queueMicrotask(run), () => {}) })

describe('the API', () => {
  it('reads with its query, and without a body', async () => {
    const { url, asked } = await start()
    await new Api({ fetch: send, url }, hasty).log('a/b', { after: 3, limit: 2 })
    expect(asked[0]).toMatchObject({ method: 'GET', path: '/api/v1/rooms/a%2Fb/log?after=3&limit=2', body: undefined })
    expect(asked[0]!.headers['content-type']).toBeUndefined()
  })

  it('says JSON whenever it changes something: a form of another page could not', async () => {
    const { url, asked } = await start()
    const api = new Api({ fetch: send, url }, hasty)
    await api.signOut()
    await api.changeMe({ name: 'Ada' })
    expect(asked.map(({ method, headers, body }) => [method, headers['content-type'], body])).toEqual([
      ['DELETE', 'application/json', {}],
      ['POST', 'application/json', { name: 'Ada' }],
    ])
  })

  it('hands rooms over, takes invitations back, and closes accounts', async () => {
    const { url, asked } = await start()
    const api = new Api({ fetch: send, url }, hasty)
    await api.changeMember('r', 'm', 'owner')
    await api.invitations({ limit: 2 })
    await api.revokeInvitation('i')
    await api.accounts('ada', { closed: true })
    await api.closeAccount('a')
    await api.openAccount('a')
    await api.changeAccount('a', 'admin')
    expect(asked.map(({ method, path, body }) => [method, path.replace('/api/v1', ''), body])).toEqual([
      ['POST', '/rooms/r/members/m', { role: 'owner' }],
      ['GET', '/invitations?limit=2', undefined],
      ['DELETE', '/invitations/i', {}],
      ['GET', '/accounts?query=ada&closed=true', undefined],
      ['POST', '/accounts/a/close', {}],
      ['POST', '/accounts/a/open', {}],
      ['POST', '/accounts/a/role', { role: 'admin' }],
    ])
  })

  it('asks a change again with the same request id, until there is an answer', async () => {
    const { url, asked } = await start('hang up', problem('again', 503), { status: 201, body: { room: { id: 'r' } } })
    expect(await new Api({ fetch: send, url }, hasty).createRoom('Standup')).toEqual({ room: { id: 'r' } })
    expect(asked).toHaveLength(3)
    expect(new Set(asked.map(({ body }) => body!.requestId)).size).toBe(1)
    expect(asked[0]!.body!.requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('does not ask again what was refused', async () => {
    const { url, asked } = await start(problem('refused', 403, { detail: 'not yours' }))
    await expect(new Api({ fetch: send, url }, hasty).renewLink('r')).rejects.toMatchObject({ kind: 'refused', message: 'not yours' })
    expect(asked).toHaveLength(1)
  })

  it.each([
    [problem('flooding', 429, { retryAfter: 7 }), { kind: 'flooding', retryAfter: 7, passing: true }],
    [problem('direct-call-full', 409), { kind: 'conflict', word: 'direct-call-full', passing: false }],
    [problem('room-full', 409), { kind: 'conflict', word: 'room-full', passing: false }],
    [problem('invitation-revoked', 410), { kind: 'gone', word: 'invitation-revoked', passing: false }],
    [problem('unknown', 503), { kind: 'unknown', passing: true }],
    [{ status: 502, body: { not: 'a problem' } }, { kind: 'broken', status: 502, passing: false }],
    ['hang up' as const, { kind: 'offline', passing: true }],
  ])('makes a problem of %j', async (answer, expected) => {
    const { url } = await start(answer)
    await expect(new Api({ fetch: send, url }, hasty).rooms()).rejects.toMatchObject(expected)
  })
})

describe('tokens', () => {
  const now = hasty.now()
  const tokens = (number: number, life: number) =>
    ({ accessToken: `access${number}`, accessExpiresAt: now + life, refreshToken: `refresh${number}`, refreshExpiresAt: now + 1e9 })

  it('are brought along while they are good, and renewed once for all who ask', async () => {
    const { url, asked } = await start({ status: 200, body: tokens(2, 300_000) })
    const store = new SimStore()
    const clock = new SimClock()
    const keeper = new TokenKeeper({ fetch: send, url }, store, clock)
    expect(await keeper.fresh()).toBeUndefined()
    keeper.keep(tokens(1, 300_000))
    expect(await keeper.fresh()).toBe('access1')
    await clock.pass(275_000) // as good as over
    const api = new Api({ fetch: send, url, token: keeper.fresh }, hasty)
    await Promise.all([api.rooms(), api.me()])
    expect(asked.map(({ path, headers, body }) => [path, headers.authorization, body?.refreshToken])).toEqual([
      ['/api/v1/token', undefined, 'refresh1'],
      [expect.any(String), 'Bearer access2', undefined],
      [expect.any(String), 'Bearer access2', undefined],
    ])
  })

  it('are as good as the server made them, whatever this device’s clock says, and renewed when nobody can tell', async () => {
    const { url } = await start({ status: 200, body: tokens(2, 0) })
    let time = now
    const keeper = new TokenKeeper({ fetch: send, url }, new SimStore(), { ...hasty, now: () => time })
    keeper.keep(tokens(1, -3_600_000)) // an hour ahead of the server
    expect(await keeper.fresh()).toBe('access1')
    time -= 3_600_000
    expect(await keeper.fresh()).toBe('access2')
  })

  it('are forgotten when the server does not take them any more', async () => {
    const { url } = await start(problem('session-expired', 401))
    const store = new SimStore()
    const clock = new SimClock()
    const keeper = new TokenKeeper({ fetch: send, url }, store, clock)
    keeper.keep(tokens(1, 0))
    await clock.pass(300_000)
    await expect(keeper.fresh()).rejects.toMatchObject({ word: 'session-expired' })
    expect(store.keys()).toEqual([])
  })
})
