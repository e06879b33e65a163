// Two people write to each other by the library that everybody uses, whichever way it goes.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import { Line, type LineOptions } from './house/line.ts'
import { guest } from './house/people.ts'
import { everywhere, story } from './house/story.ts'

const WAYS: [string, LineOptions][] = [
  ['polling', { transports: ['polling'], upgrade: false }],
  ['WebSocket', { transports: ['websocket'] }],
  ['polling that becomes WebSocket', { transports: ['polling', 'websocket'] }],
]

everywhere('two people write to each other over polling, over WebSocket, and from one to the other', async (house) => {
  const { admin: ada, server } = await house.people([])
  const room = await ada.room('Standup')
  const grace = await guest(server, room, 'Grace')
  for (const [way, options] of WAYS) {
    const [here, there] = [await house.line(ada, options), await house.line(grace, options)]
    const caught = await there.ask('room:join', { room: room.id })
    assert.equal(caught.events.at(-1)?.seq, caught.head, way)
    const texts = Array.from({ length: 20 }, (_, number) => `${way} ${number}`)
    const sends = texts.map((text) => here.ask('room:send', { room: room.id, requestId: randomUUID(), text }))
    const posted = await Promise.all(sends)
    for (const [number, text] of texts.entries()) {
      const event = await there.hears('room:event')
      assert.equal(event.kind, 'message.posted')
      assert.deepEqual(event.body, { text }, `${way}: each event once, in the order in which it was said`)
      assert.equal(event.seq, caught.head + 1 + number)
      assert.equal(posted[number]?.seq, event.seq)
      assert.equal(event.sender, ada.id)
    }
    here.close()
    there.close()
  }
})

story('a line that changes from polling to WebSocket under way loses nothing', async (house) => {
  const { admin: ada, server } = await house.people([])
  const room = await ada.room('Standup')
  const line = Line.make(server.url, ada.token, { transports: ['polling', 'websocket'] })
  house.later(() => line.close())
  line.socket.connect()
  await line.comes('connect')
  const { engine } = line.socket.io
  const changed = new Promise<void>((done) => (engine.transport.name === 'websocket' ? done() : engine.once('upgrade', () => done())))
  const sends: Promise<{ seq: number }>[] = []
  const send = (text: string) => sends.push(line.ask('room:send', { room: room.id, requestId: randomUUID(), text }))
  for (let number = 0; number < 10; number++) send(`before ${number}`)
  await changed
  for (let number = 0; number < 10; number++) send(`after ${number}`)
  const seqs = (await Promise.all(sends)).map(({ seq }) => seq)
  assert.equal(engine.transport.name, 'websocket')
  const first = seqs[0] ?? 0
  assert.deepEqual(seqs, seqs.map((_, number) => first + number))
})

story('whoever is not known is told so, and why', async (house) => {
  const server = await house.server()
  for (const token of [undefined, 'not a token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.']) {
    const line = Line.make(server.url, token)
    line.socket.connect()
    const told = await line.comes('connect_error')
    const problem = JSON.parse(String(told)) as { type: string; status: number }
    assert.equal(problem.status, 401)
    assert.match(problem.type, /^\/problems\/(unauthenticated|token-invalid)$/)
    assert.equal(line.socket.active, false, 'the library does not try again by itself')
    line.close()
  }
})
