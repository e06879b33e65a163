// A call by socket, as people live it: it rings everywhere, somebody answers, both talk, somebody hangs up.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import type { CallView } from '@carillon/sdk'

import { answer, BOTH, call, candidate, join, meet, offer, snapshot } from './house/calls.ts'
import { again, guest, type Person } from './house/people.ts'
import { everywhere, story } from './house/story.ts'

everywhere('a call rings on every device, is answered on one, carries the signals of the two, and ends', async (house) => {
  const { admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const phone = await again(ben, 'phone')
  const [here, laptop, pocket] = [await house.line(ada), await house.line(ben), await house.line(phone)]

  const mine = await call(here, ben)
  assert.equal(mine.call.state, 'ringing')
  assert.ok(Array.isArray(mine.iceServers))
  for (const device of [laptop, pocket]) {
    const told = await device.hears('call:initiated')
    assert.equal(told.ring, true)
    assert.equal(told.from.id, ada.id)
    assert.equal(told.call.id, mine.call.id)
  }

  const his = await join(pocket, mine.call)
  assert.equal((await laptop.hears('call:answered-elsewhere')).call, mine.call.id)
  const joined = await here.hears('call:joined')
  assert.equal(joined.participant.id, his.participant)
  assert.equal(joined.participant.member, ben.id)

  const one = { call: mine.call.id }
  await here.ask('call:signal', { ...one, type: 'offer', signal: offer() })
  for (const port of [50_001, 50_002]) await here.ask('call:signal', { ...one, type: 'ice-candidate', signal: candidate(port) })
  assert.deepEqual(await pocket.hears('call:signal'), { ...one, from: mine.participant, type: 'offer', signal: offer() })
  for (const port of [50_001, 50_002]) {
    const told = await pocket.hears('call:signal')
    assert.deepEqual(told, { ...one, from: mine.participant, type: 'ice-candidate', signal: candidate(port) }, 'in the order of sending')
  }
  await pocket.ask('call:signal', { ...one, type: 'answer', signal: answer() })
  await pocket.ask('call:signal', { ...one, to: mine.participant, type: 'ice-candidate', signal: { candidate: 'candidate:2 1 UDP 1 192.0.2.11 50003 typ host' } })
  assert.equal((await here.hears('call:signal')).type, 'answer')
  assert.equal((await here.hears('call:signal')).type, 'ice-candidate')

  for (const line of [here, pocket]) await line.ask('call:state', { ...one, leg: 'connected' })
  assert.deepEqual(await pocket.ask('call:toggle-audio', { ...one, enabled: false }), { audio: false, video: true })
  const hisMute = await here.hears('call:media-toggled', ({ participant }) => participant === his.participant)
  assert.deepEqual(hisMute, { ...one, participant: his.participant, audio: false, video: true })
  assert.deepEqual(await here.ask('call:toggle-video', { ...one, enabled: false }), { audio: true, video: false })
  const myCamera = await pocket.hears('call:media-toggled', ({ participant }) => participant === mine.participant)
  assert.deepEqual(myCamera, { ...one, participant: mine.participant, audio: true, video: false })
  await here.ask('call:stats', { ...one, snapshot: snapshot(Date.now(), 250) })

  const live = (await here.ask('call:state', one)).call
  assert.equal(live.state, 'active')
  assert.deepEqual(live.participants.filter(({ state }) => state === 'connected').map(({ id }) => id).sort(), [mine.participant, his.participant].sort())

  await here.ask('call:leave', { ...one, reason: 'hangup' })
  const left = await pocket.hears('call:left')
  assert.equal(left.participant, mine.participant)
  const ended = await pocket.hears('call:ended')
  assert.equal(ended.reason, 'hangup')
  assert.deepEqual(laptop.unasked('call:signal'), [], 'signals are for the two in the call')

  const [kept] = await history(ada, mine.call.room)
  assert.equal(kept?.state, 'ended')
  assert.equal(kept?.endReason, 'hangup')
  assert.equal(kept?.initiator, ada.id)
  assert.ok(kept?.startedAt && kept.answeredAt && kept.endedAt)
  assert.ok(kept.startedAt <= kept.answeredAt && kept.answeredAt <= kept.endedAt)
  assert.equal(kept.duration, Math.floor((kept.endedAt - kept.answeredAt) / 1000))
})

everywhere('a call is declined, called back before an answer, and refused by somebody who talks already', async (house) => {
  const { admin: ada, people } = await house.people(['Ben', 'Cleo'])
  const [ben, cleo] = people
  const [here, there, elsewhere] = [await house.line(ada), await house.line(ben), await house.line(cleo)]

  const declined = await call(here, ben)
  await there.hears('call:initiated')
  await there.ask('call:leave', { call: declined.call.id, reason: 'declined' })
  assert.equal((await here.hears('call:ended')).reason, 'declined')

  const cancelled = await call(here, ben)
  await there.hears('call:initiated', (told) => told.call.id === cancelled.call.id)
  await here.ask('call:leave', { call: cancelled.call.id, reason: 'cancelled' })
  assert.equal((await there.hears('call:ended', (told) => told.call === cancelled.call.id)).reason, 'cancelled')

  await meet(elsewhere, there, ben)
  const busy = await call(here, ben)
  await there.hears('call:initiated', (told) => told.call.id === busy.call.id)
  await there.ask('call:leave', { call: busy.call.id, reason: 'busy' })
  assert.equal((await here.hears('call:ended', (told) => told.call === busy.call.id)).reason, 'busy')
  assert.equal((await there.ask('call:state', { call: (await history(cleo, await direct(cleo, ben)))[0]?.id ?? '' })).call.state, 'active')

  assert.deepEqual((await history(ada, declined.call.room)).map(({ endReason }) => endReason), ['busy', 'cancelled', 'declined'])
})

everywhere('a third person hears that this is a call for two; strangers hear nothing', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben', 'Cleo'])
  const [ben, cleo] = people
  const room = await ada.room('Standup')
  await ada.add(room.id, ben)
  const grace = await guest(server, room, 'Grace')
  const [here, there, third, outside] = [await house.line(ada), await house.line(ben), await house.line(grace), await house.line(cleo)]

  const first = await here.ask('call:initiate', { room: room.id, requestId: randomUUID(), media: BOTH })
  const told = await there.hears('call:initiated')
  assert.equal(told.room, room.id)
  const second = await there.ask('call:initiate', { room: room.id, requestId: randomUUID(), media: BOTH })
  assert.equal(second.call.id, first.call.id, 'where a call is live, one joins it')
  await here.hears('call:joined')

  await third.hears('call:initiated')
  const full = await third.refused('call:join', { call: first.call.id, requestId: randomUUID() })
  assert.equal(full.type, '/problems/direct-call-full')
  assert.equal(full.status, 409)
  const sneak = await third.refused('call:signal', { call: first.call.id, type: 'offer', signal: offer() })
  assert.equal(sneak.status, 403)

  for (const asked of [
    outside.refused('call:join', { call: first.call.id, requestId: randomUUID() }),
    outside.refused('call:state', { call: first.call.id }),
    outside.refused('call:signal', { call: first.call.id, type: 'offer', signal: offer() }),
    outside.refused('call:end', { call: first.call.id }),
    outside.refused('call:stats', { call: first.call.id, snapshot: snapshot(Date.now(), 1) }),
  ]) {
    const { status } = await asked
    assert.ok([403, 404].includes(status), `${status}`)
  }
  assert.deepEqual(outside.heard.filter(({ event }) => event.startsWith('call:')), [])
  assert.deepEqual([...here.unasked('call:signal'), ...there.unasked('call:signal')], [])
})

everywhere('the server dies during a call: both come back to it, the same participants', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const [here, there] = [await house.line(ada, { reconnection: true }), await house.line(ben, { reconnection: true })]
  const [mine, his] = await meet(here, there, ben)
  for (const line of [here, there]) await line.ask('call:state', { call: mine.call.id, leg: 'connected' })

  await server.kill()
  await Promise.all([here, there].map((line) => line.comes('disconnect')))
  for (const line of [here, there]) line.heard.length = 0
  await server.again()
  await Promise.all([here, there].map((line) => line.comes('connect', () => true, 10_000)))

  assert.equal((await join(here, mine.call)).participant, mine.participant)
  assert.equal((await join(there, mine.call)).participant, his.participant)
  await here.ask('call:signal', { call: mine.call.id, type: 'offer', signal: offer() })
  assert.equal((await there.hears('call:signal')).type, 'offer')
  await there.ask('call:end', { call: mine.call.id })
  assert.equal((await here.hears('call:ended')).reason, 'hangup')
  assert.match(await server.command('audit', 'verify'), /./)
})

story('whose line breaks is reconnecting to the other, and comes back as the same participant', async (house) => {
  const { admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const [here, there] = [await house.line(ada), await house.line(ben)]
  const [mine, his] = await meet(here, there, ben)
  for (const line of [here, there]) await line.ask('call:state', { call: mine.call.id, leg: 'connected' })
  there.socket.io.engine.close()
  const leg = (view: CallView) => view.participants.find(({ id }) => id === his.participant)?.state
  await here.hears('call:state', (told) => leg(told.call) === 'reconnecting')
  const back = await house.line(ben)
  assert.equal((await join(back, mine.call)).participant, his.participant)
  await here.ask('call:signal', { call: mine.call.id, type: 'offer', signal: offer() })
  assert.equal((await back.hears('call:signal')).from, mine.participant)
})

story('two people call each other in the same moment, and are in one call', async (house) => {
  const { admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const [here, there] = [await house.line(ada), await house.line(ben)]
  const [mine, his] = await Promise.all([call(here, ben), call(there, ada)])
  assert.equal(mine.call.id, his.call.id)
  assert.notEqual(mine.participant, his.participant)
})

story('the same wish to call, sent again, is one call', async (house) => {
  const { admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const line = await house.line(ada)
  const wish = { account: ben.id, requestId: randomUUID(), media: BOTH }
  const answers = await Promise.all(Array.from({ length: 8 }, () => line.ask('call:initiate', wish)))
  for (const entered of answers) {
    assert.equal(entered.call.id, answers[0]?.call.id)
    assert.equal(entered.participant, answers[0]?.participant)
  }
  assert.equal((await history(ada, answers[0]?.call.room ?? '')).length, 1)
})

const history = async (person: Person, room: string) => (await person.get<{ calls: CallView[] }>(`/api/v1/rooms/${room}/calls`)).calls

const direct = async (person: Person, other: Person) =>
  (await person.post<{ room: { id: string } }>('/api/v1/direct', { requestId: randomUUID(), account: other.id })).room.id
