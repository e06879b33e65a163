// Signalling by plain requests: both sides so, and one of them by socket.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import type { Candidate, Description } from '@carillon/sdk'

import { answer, candidate, join, offer } from './house/calls.ts'
import { ask, type Person } from './house/people.ts'
import { everywhere, story } from './house/story.ts'
import { until } from './house/wait.ts'

interface Session {
  id: string
  call: string
  room: string
  state: 'offered' | 'answered' | 'closed' | 'expired'
  offer?: Description
  answer?: Description
  metadata: object
  candidates: number
  closedAt?: number
}

interface Candidates {
  candidates: { seq: number; from: 'offerer' | 'answerer'; candidate: Candidate }[]
  next: number
}

everywhere('two people negotiate by requests alone, and the session stays as history', async (house) => {
  const { admin: ada, people } = await house.people(['Ben', 'Cleo'])
  const [ben, cleo] = people
  const room = await ada.room('Standup')
  await ada.add(room.id, ben)
  for (const one of [ada, ben]) assert.ok(Array.isArray((await one.get<{ iceServers: unknown[] }>('/webrtc/config')).iceServers))

  const wish = { offer: offer(), room: room.id, metadata: { topic: 'demo' }, requestId: randomUUID() }
  const made = await ada.ask<Session>('POST', '/webrtc/sessions', wish)
  assert.equal(made.status, 201)
  const { id } = made.body
  const path = `/webrtc/sessions/${id}`
  assert.equal((await ada.post<Session>('/webrtc/sessions', wish)).id, id, 'asked again, it is the same session')

  const seen = await ben.get<Session>(path)
  assert.equal(seen.state, 'offered')
  assert.deepEqual(seen.offer, offer())
  assert.deepEqual(seen.metadata, { topic: 'demo' })

  assert.ok([403, 404].includes((await cleo.ask('GET', path)).status), 'whoever is not in the room sees nothing')
  assert.ok([403, 404].includes((await cleo.ask('POST', `${path}/answer`, { answer: answer() })).status))
  assert.equal((await ada.ask('POST', `${path}/answer`, { answer: answer() })).status, 403, 'nobody answers oneself')

  assert.equal((await ben.post<Session>(`${path}/answer`, { answer: answer() })).state, 'answered')
  assert.equal((await ben.post<Session>(`${path}/answer`, { answer: answer() })).state, 'answered', 'the same again changes nothing')
  await ada.add(room.id, cleo)
  const other = { ...answer(), sdp: answer().sdp.replace('4ZcD', 'aBcD') }
  for (const second of [ben.ask('POST', `${path}/answer`, { answer: other }), cleo.ask('POST', `${path}/answer`, { answer: answer() })]) {
    const { status, body } = await second
    assert.equal(status, 409, 'there is one answer')
    assert.equal(body.type, '/problems/conflict')
  }
  assert.deepEqual((await ada.get<Session>(path)).answer, answer())

  const mine = { candidates: [candidate(50_001), candidate(50_002)] }
  assert.deepEqual(await ada.post(`${path}/candidates`, mine), { accepted: 2, repeated: 0 })
  assert.deepEqual(await ada.post(`${path}/candidates`, mine), { accepted: 0, repeated: 2 })
  await ben.post(`${path}/candidates`, { candidates: [candidate(50_003)] })
  const all = await ben.get<Candidates>(`${path}/candidates?after=0`)
  assert.deepEqual(all.candidates.map(({ from, candidate }) => [from, port(candidate)]), [['offerer', 50_001], ['offerer', 50_002], ['answerer', 50_003]])
  await ada.post(`${path}/candidates`, { candidates: [candidate(50_004)] })
  const rest = await ben.get<Candidates>(`${path}/candidates?after=${all.next}`)
  assert.deepEqual(rest.candidates.map(({ candidate }) => port(candidate)), [50_004])

  const closed = await ben.post<Session>(`${path}/close`)
  assert.equal(closed.state, 'closed')
  assert.ok(closed.closedAt)
  assert.equal((await ada.post<Session>(`${path}/close`)).closedAt, closed.closedAt, 'closing again answers the same')
  const later = await ada.ask('POST', `${path}/candidates`, { candidates: [candidate(50_005)] })
  assert.ok([409, 410].includes(later.status))
})

everywhere('one side negotiates by requests and the other by socket, in one call', async (house) => {
  const { admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const room = await ada.room('Standup')
  await ada.add(room.id, ben)
  const line = await house.line(ben)
  const { id, call } = await ada.post<Session>('/webrtc/sessions', { offer: offer(), room: room.id })
  const path = `/webrtc/sessions/${id}`
  await ada.post(`${path}/candidates`, { candidates: [candidate(50_001)] })

  const told = await line.hears('call:initiated')
  assert.equal(told.call.id, call)
  await join(line, call)
  const offered = await line.hears('call:signal', ({ type }) => type === 'offer')
  assert.deepEqual(offered.signal, offer())
  assert.equal(port((await line.hears('call:signal', ({ type }) => type === 'ice-candidate')).signal as Candidate), 50_001)
  await line.ask('call:signal', { call, type: 'answer', signal: answer() })
  await line.ask('call:signal', { call, type: 'ice-candidate', signal: candidate(50_002) })

  await until('the answer is there', async () => (await ada.get<Session>(path)).state === 'answered')
  assert.deepEqual((await ada.get<Session>(path)).answer, answer())
  const { candidates } = await ada.get<Candidates>(`${path}/candidates?after=0`)
  assert.deepEqual(candidates.filter(({ from }) => from === 'answerer').map(({ candidate }) => port(candidate)), [50_002])
  await ada.post(`${path}/candidates`, { candidates: [candidate(50_003)] })
  assert.equal(port((await line.hears('call:signal', ({ type }) => type === 'ice-candidate')).signal as Candidate), 50_003)

  await ada.post(`${path}/close`)
  await line.hears('call:left', (left) => left.member === ada.id)
})

story('a session without a room makes one', async (house) => {
  const { admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const { id, room } = await ada.post<Session>('/webrtc/sessions', { offer: offer() })
  assert.ok([403, 404].includes((await ben.ask('GET', `/webrtc/sessions/${id}`)).status))
  await ada.add(room, ben)
  assert.equal((await ben.post<Session>(`/webrtc/sessions/${id}/answer`, { answer: answer() })).state, 'answered')
})

story('STUN and TURN servers come from the environment that seed 000 names', async (house) => {
  const { admin } = await house.people([], {
    env: {
      WEBRTC_STUN_SERVERS: 'stun:stun.example.org:3478',
      WEBRTC_TURN_SERVERS: 'turn:turn.example.org:3478',
      WEBRTC_TURN_USERNAME: 'someone',
      WEBRTC_TURN_PASSWORD: 'a secret of the relay',
    },
  })
  assert.deepEqual(await servers(admin), [
    { urls: ['stun:stun.example.org:3478'] },
    { urls: ['turn:turn.example.org:3478'], username: 'someone', credential: 'a secret of the relay' },
  ])
  assert.equal((await ask(admin.server.url, 'GET', '/webrtc/config')).status, 401, 'only who is signed in is told')
})

const port = ({ candidate }: Candidate) => Number(candidate.split(' ')[5])

const servers = async (person: Person) => (await person.get<{ iceServers: object[] }>('/webrtc/config')).iceServers
