// Signing in and out: links that open once, devices that are dropped at once, cookies that only our own pages may use.
import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'

import type { SignedIn, Tokens } from '@carillon/sdk'

import { administrator, again, ask, password } from './house/people.ts'
import { everywhere, story } from './house/story.ts'
import { timed } from './house/wait.ts'

story('the link that the server prints opens once, and lies in a file for its owner alone', async (house) => {
  const server = await house.server()
  const link = server.ready.adminLink
  assert.ok(link.startsWith(`${server.url}/link#`), link)
  assert.ok((await readFile(server.ready.adminLinkFile, 'utf8')).includes(link))
  assert.equal((await stat(server.ready.adminLinkFile)).mode & 0o777, 0o600)
  const admin = await administrator(server)
  assert.equal(admin.signedIn.principal.role, 'admin')
  const second = await ask(server.url, 'POST', '/api/v1/session/link', { token: link.split('#')[1], device: { name: 'story' } })
  assert.ok([401, 410].includes(second.status), `${second.status}`)
})

everywhere('signing out everywhere drops every device within two seconds', async (house) => {
  const { admin, people } = await house.people(['Ben'])
  const [ben] = people
  const phone = await again(ben, 'phone')
  const [laptop, pocket, other] = [await house.line(ben), await house.line(phone), await house.line(admin)]
  const [took] = await timed(async () => {
    assert.deepEqual(await ben.ask('DELETE', '/api/v1/sessions').then(({ status }) => status), 200)
    await Promise.all([laptop, pocket].map(async (line) => {
      await line.hears('session:ended')
      await line.comes('disconnect')
    }))
  })
  house.tell('signed out everywhere after, ms', took)
  assert.ok(took < 2_000)
  for (const one of [ben, phone]) assert.equal((await one.ask('GET', '/api/v1/session')).status, 401)
  assert.equal(other.socket.connected, true, 'others stay')
  const refreshed = await ask(ben.server.url, 'POST', '/api/v1/token', { refreshToken: ben.signedIn.tokens.refreshToken })
  assert.equal(refreshed.status, 401)
})

everywhere('a refresh token is good once: who shows it again ends the whole family', async (house) => {
  const { server, people } = await house.people(['Ben'])
  const [ben] = people
  const refresh = (refreshToken: string) => ask<Tokens>(server.url, 'POST', '/api/v1/token', { refreshToken })
  const first = await refresh(ben.signedIn.tokens.refreshToken)
  assert.equal(first.status, 200)
  assert.equal((await ask(server.url, 'GET', '/api/v1/session', undefined, first.body.accessToken)).status, 200)
  const second = await refresh(first.body.refreshToken)
  assert.equal(second.status, 200)
  assert.equal((await refresh(ben.signedIn.tokens.refreshToken)).status, 401, 'a thief, or the owner after one')
  assert.equal((await refresh(second.body.refreshToken)).status, 401)
  assert.equal((await ask(server.url, 'GET', '/api/v1/session', undefined, second.body.accessToken)).status, 401)
})

story('the cookie is for our own pages', async (house) => {
  const { server, people } = await house.people(['Ben'])
  assert.equal(people.length, 1)
  const body = JSON.stringify({ login: 'ben', password: password('Ben') })
  const signedIn = await fetch(`${server.url}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  const cookie = signedIn.headers.getSetCookie().find((one) => one.startsWith('__Host-carillon=')) ?? ''
  for (const word of ['Secure', 'HttpOnly', 'Path=/', 'SameSite=']) assert.ok(cookie.includes(word), `${cookie} says ${word}`)
  assert.ok(((await signedIn.json()) as SignedIn).principal.id)

  const post = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/v1/rooms`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: cookie.split(';')[0] ?? '', ...headers },
      body: JSON.stringify({ requestId: crypto.randomUUID(), name: 'Standup' }),
    }).then(async (answer) => ({ status: answer.status, type: ((await answer.json()) as { type?: string }).type }))
  assert.ok([200, 201].includes((await post({ Origin: server.url, 'Sec-Fetch-Site': 'same-origin' })).status))
  const foreign = { Origin: 'https://evil.example' }
  const marked: Record<string, string> = { ...foreign, 'Sec-Fetch-Site': 'cross-site' }
  for (const headers of [foreign, marked]) {
    assert.deepEqual(await post(headers), { status: 403, type: '/problems/cross-site' })
  }
})
