// Clients that mean harm, or are broken: each hears a clear problem, nobody else is hurt, and the server's memory stays.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import type { LogPage } from '@carillon/sdk'

import { answer, candidate, meet, offer } from './house/calls.ts'
import type { Line } from './house/line.ts'
import { ask, type Answer, type Person, type ProblemBody } from './house/people.ts'
import { everywhere, House, story } from './house/story.ts'
import type { Server } from './house/server.ts'

/** KiB that a server may grow by while somebody is hostile: what its buffers and the allocator keep, not what was sent. */
const GROWTH = 96 * 1024

/** The server's memory stays, and it still serves. */
async function unshaken<T>(house: House, server: Server, person: Person, harm: () => Promise<T>): Promise<T> {
  const before = await server.memory()
  const done = await harm()
  const after = await server.memory()
  house.tell('resident memory before and after, MiB', `${mebi(before)} and ${mebi(after)}`)
  assert.ok(after - before < GROWTH, `it grew by ${mebi(after - before)} MiB`)
  assert.equal((await ask(server.url, 'GET', '/api/v1/session')).status, 401)
  assert.equal(typeof (await person.room('Still there')).id, 'string')
  assert.match(await server.command('audit', 'verify'), /./)
  return done
}

const mebi = (kibi: number) => (kibi / 1024).toFixed(1)

/** A problem as RFC 9457 has it. */
function problem(answer: Answer<ProblemBody>, ...statuses: number[]): void {
  assert.ok(statuses.includes(answer.status), `${answer.status}: ${JSON.stringify(answer.body)}`)
  assert.match(answer.type, /^application\/problem\+json/)
  assert.match(answer.body.type, /^\/problems\//)
  assert.equal(answer.body.status, answer.status)
  assert.ok(answer.body.detail.length > 0)
}

/** What became of events that were sent without waiting: granted, refused, or never answered, because the answers did not fit either. */
async function sorted<A extends { problem?: ProblemBody }>(asked: Promise<A>[]): Promise<{ granted: number; refused: ProblemBody[]; open: number }> {
  const acks = await Promise.all(asked.map((one) => one.catch(() => undefined)))
  const refused = acks.flatMap((ack) => (ack?.problem ? [ack.problem] : []))
  return { granted: acks.filter((ack) => ack && !ack.problem).length, refused, open: acks.filter((ack) => !ack).length }
}

/** Sends what no client would, and takes the acknowledgement. */
const raw = (line: Line, event: string, ...words: unknown[]) =>
  line.socket.timeout(10_000).emitWithAck(event, ...words) as Promise<{ result?: unknown; problem?: ProblemBody }>

everywhere('a wrong token, a foreign room, and things that are not there', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const room = await ada.room('Private')
  const stranger = await house.line(ben)
  for (const token of ['nonsense', `${ada.token}x`, ada.token.split('.').reverse().join('.')]) {
    problem(await ask(server.url, 'GET', '/api/v1/rooms', undefined, token), 401)
  }
  const foreign: [string, string, object?][] = [
    ['GET', `/api/v1/rooms/${room.id}`],
    ['GET', `/api/v1/rooms/${room.id}/log`],
    ['GET', `/api/v1/rooms/${room.id}/calls`],
    ['POST', `/api/v1/rooms/${room.id}/messages`, { requestId: randomUUID(), text: 'let me in' }],
    ['POST', `/api/v1/rooms/${room.id}/members`, { requestId: randomUUID(), account: ben.id }],
    ['POST', '/webrtc/sessions', { offer: offer(), room: room.id }],
    ['GET', `/api/v1/rooms/${randomUUID()}`],
    ['GET', `/webrtc/sessions/${randomUUID()}`],
  ]
  for (const [method, path, body] of foreign) problem(await ben.ask(method, path, body), 403, 404)
  for (const asked of [
    stranger.refused('room:join', { room: room.id }),
    stranger.refused('room:send', { room: room.id, requestId: randomUUID(), text: 'let me in' }),
    stranger.refused('room:typing', { room: room.id }),
    stranger.refused('room:sync', { rooms: [{ room: room.id, after: 0 }] }),
    stranger.refused('call:initiate', { room: room.id, requestId: randomUUID(), media: { audio: true, video: true } }),
  ]) {
    assert.ok([403, 404].includes((await asked).status))
  }
  const { events } = await ada.get<LogPage>(`/api/v1/rooms/${room.id}/log?after=0`)
  assert.deepEqual(events.filter(({ kind }) => kind === 'message.posted'), [])
})

story('an SDP of a megabyte, ten thousand candidates', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const room = await ada.room('Standup')
  await ada.add(room.id, ben)
  const [here, there] = [await house.line(ada), await house.line(ben)]
  const [mine] = await meet(here, there, ben)
  const huge = (size: number) => ({ type: 'offer' as const, sdp: offer().sdp + `a=x:${'y'.repeat(size)}\r\n` })

  await unshaken(house, server, ada, async () => {
    problem(await ada.ask('POST', '/webrtc/sessions', { offer: huge(1 << 20), room: room.id }), 413)
    problem(await ada.ask('POST', '/webrtc/sessions', { offer: huge(40_000), room: room.id }), 400, 413)
    const long = await here.refused('call:signal', { call: mine.call.id, type: 'offer', signal: huge(40_000) })
    assert.ok([400, 413].includes(long.status))
    const tooLong = await here.refused('call:signal', { call: mine.call.id, type: 'ice-candidate', signal: { candidate: 'c'.repeat(3000) } })
    assert.ok([400, 413].includes(tooLong.status))

    const { id } = await ada.post<{ id: string }>('/webrtc/sessions', { offer: offer(), room: (await ada.room('Another')).id })
    const many = Array.from({ length: 10_000 }, (_, number) => candidate(number))
    problem(await ada.ask('POST', `/webrtc/sessions/${id}/candidates`, { candidates: many }), 400, 413)
    const answers: number[] = []
    for (let start = 0; start < 600; start += 100) {
      const posted = await ada.ask('POST', `/webrtc/sessions/${id}/candidates`, { candidates: many.slice(start, start + 100) })
      answers.push(posted.status)
    }
    assert.equal(answers[0], 200)
    assert.ok(answers.slice(3).every((status) => status >= 400 && status < 500), answers.join(' '))
    const { candidates } = await ada.get<{ candidates: number }>(`/webrtc/sessions/${id}`)
    assert.ok(candidates <= 256)

    const { granted, refused, open } = await sorted(many.map((one) => here.answer('call:signal', { call: mine.call.id, type: 'ice-candidate', signal: one })))
    house.tell('of 10,000 candidates by socket, passed on, refused, not answered', `${granted}, ${refused.length}, ${open}`)
    assert.ok(granted > 0 && granted <= 256)
    for (const { status } of refused) assert.ok(status >= 400 && status < 500, `${status}`)
  })

  assert.equal((await there.ask('call:state', { call: mine.call.id })).call.state, 'active', 'the call goes on')
  here.socket.emit('call:signal', { call: mine.call.id, type: 'offer', signal: huge(1 << 20) })
  await here.comes('disconnect')
  assert.equal((await there.ask('call:state', { call: mine.call.id })).call.state, 'active', 'the other is not hurt')
})

story('requests that are no requests', async (house) => {
  const { server, admin: ada } = await house.people([])
  const room = await ada.room('Standup')
  const send = (body: string) => ask(server.url, 'POST', `/api/v1/rooms/${room.id}/messages`, body, ada.token)
  const said = (text: unknown) => JSON.stringify({ requestId: randomUUID(), text })
  await unshaken(house, server, ada, async () => {
    problem(await send('{"text": "half'), 400)
    problem(await send(''), 400)
    problem(await send('[]'), 400)
    problem(await send('['.repeat(50_000)), 400)
    problem(await send(said(7)), 400)
    problem(await send(said('')), 400)
    problem(await send(said(' \n ')), 400)
    problem(await send(said('a\u0000b')), 400)
    problem(await send(said('x'.repeat(20_000))), 400, 413)
    problem(await send(said('x'.repeat(1 << 20))), 413)
    problem(await send(JSON.stringify({ requestId: randomUUID(), text: 'x', more: 1 })), 400)
    problem(await send(JSON.stringify({ requestId: 'no id', text: 'x' })), 400)
    problem(await ada.ask('GET', '/api/v1/rooms?limit=-1'), 400)
    problem(await ada.ask('GET', '/api/v1/nothing/here'), 404)
    problem(await ada.ask('DELETE', '/api/v1/rooms'), 405, 404)

    const line = await house.line(ada)
    for (const words of [[], ['text'], [7], [null], [[]], [{ room: room.id }], [{ room: room.id, requestId: randomUUID(), text: 'x', more: 1 }]]) {
      const { problem } = await raw(line, 'room:send', ...words)
      assert.equal(problem?.status, 400, JSON.stringify(words))
    }
    let deep: unknown = 'deep'
    for (let level = 0; level < 100; level++) deep = [deep]
    assert.equal((await raw(line, 'room:send', { room: room.id, requestId: randomUUID(), text: deep })).problem?.status, 400)
    assert.equal((await raw(line, 'room:send', Buffer.from('binary'))).problem?.status, 400)
    line.socket.emit('room:send', { room: room.id, requestId: randomUUID(), text: 'nobody waits for the answer' })
    const spoken = await line.ask('room:send', { room: room.id, requestId: randomUUID(), text: 'said' })
    assert.ok(spoken.seq > 0)

    for (let number = 1; number < 10; number++) assert.equal((await raw(line, `nobody:knows-${number}`, {})).problem?.status, 404)
    await raw(line, 'nobody:knows-10', {}).catch(() => {})
    await line.comes('disconnect')

    for (const text of ['42["room:send",{', '4', '9', '45-["x"]', '42[]', `42["${'x'.repeat(3000)}"]`]) {
      const broken = await house.line(ada)
      broken.socket.io.engine.write(text.slice(1))
      // Whatever becomes of that line, the others go on.
      broken.close()
    }
    const fresh = await house.line(ada)
    assert.ok((await fresh.ask('room:join', { room: room.id })).head > 0)
  })
})

story('who floods is asked to wait, and what was granted is there', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const room = await ada.room('Standup')
  await ada.add(room.id, ben)
  await unshaken(house, server, ben, async () => {
    const line = await house.line(ada)
    const sends = Array.from({ length: 2_000 }, (_, number) => line.answer('room:send', { room: room.id, requestId: randomUUID(), text: `${number}` }))
    const { granted, refused, open } = await sorted(sends)
    house.tell('of 2,000 events at once, granted, refused, not answered', `${granted}, ${refused.length}, ${open}`)
    assert.ok(granted > 0 && refused.length > 0)
    for (const { type, status, retryAfter } of refused) {
      assert.equal(type, '/problems/flooding')
      assert.equal(status, 429)
      assert.ok((retryAfter ?? 0) > 0)
    }
    const { head } = await ben.get<{ head: number }>(`/api/v1/rooms/${room.id}/log?limit=1`)
    const messages = head - 3 // the room, its owner and Ben came before
    assert.ok(messages >= granted && messages <= granted + open, 'what was granted is there, and nothing that was refused')

    const asked = await Promise.all(Array.from({ length: 1_000 }, () => ask(server.url, 'GET', '/api/v1/rooms', undefined, ada.token)))
    const late = asked.filter(({ status }) => status === 429)
    house.tell('of 1,000 requests at once, granted', asked.length - late.length)
    assert.ok(late.length > 0)
    for (const one of late) problem(one, 429)
    assert.ok(asked.every(({ status }) => status === 200 || status === 429))
  })
})

story('nobody answers for another: what is not of one’s own call or session is refused', async (house) => {
  const { admin: ada, people } = await house.people(['Ben', 'Cleo'])
  const [ben, cleo] = people
  const room = await ada.room('Standup')
  await ada.add(room.id, ben, cleo)
  const { id } = await ada.post<{ id: string }>('/webrtc/sessions', { offer: offer(), room: room.id })
  await ben.post(`/webrtc/sessions/${id}/answer`, { answer: answer() })
  problem(await cleo.ask('POST', `/webrtc/sessions/${id}/answer`, { answer: answer() }), 403, 409)
  problem(await cleo.ask('POST', `/webrtc/sessions/${id}/candidates`, { candidates: [candidate(1)] }), 403)
  problem(await cleo.ask('POST', `/webrtc/sessions/${id}/close`, {}), 403)
})
