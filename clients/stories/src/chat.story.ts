// The chat misses nothing and doubles nothing: gaps, repeated requests, and a server that dies in the middle.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import type { LogPage, RoomEvent } from '@carillon/sdk'

import type { Line } from './house/line.ts'
import { UNHURRIED } from './house/limits.ts'
import { guest, type Person } from './house/people.ts'
import { everywhere, story } from './house/story.ts'
import { until } from './house/wait.ts'

const say = (line: Line, room: string, text: string, requestId: string = randomUUID()) => line.ask('room:send', { room, requestId, text })

everywhere('whoever comes back with a cursor gets what lies between, once', async (house) => {
  const { admin: ada, people } = await house.people(['Ben'])
  const [ben] = people
  const room = await ada.room('Standup')
  await ada.add(room.id, ben)
  const here = await house.line(ada)
  for (const text of ['one', 'two', 'three']) await say(here, room.id, text)

  const first = await house.line(ben)
  const all = await first.ask('room:join', { room: room.id })
  assert.deepEqual(all.events.map((event) => event.seq), all.events.map((_, number) => number + 1), 'dense from 1')
  assert.equal(all.limited, false)
  assert.equal(all.reset, false)
  first.close()

  await say(here, room.id, 'while you were away')
  const second = await house.line(ben)
  const rest = await second.ask('room:join', { room: room.id, epoch: all.epoch, after: all.head })
  assert.deepEqual(texts(rest.events), ['while you were away'])
  await say(here, room.id, 'now that you are here')
  assert.equal((await second.hears('room:event')).seq, rest.head + 1)

  const synced = await second.ask('room:sync', { rooms: [{ room: room.id, epoch: all.epoch, after: all.head }] })
  assert.deepEqual(texts(synced.rooms[0]?.events ?? []), ['while you were away', 'now that you are here'])

  const restored = await second.ask('room:join', { room: room.id, epoch: randomUUID(), after: 3 })
  assert.equal(restored.reset, true, 'a cursor of another epoch means nothing here')
  assert.equal(restored.events[0]?.seq, 1)
})

story('whoever was away long pages through the log, and is told what comes after', async (house) => {
  const { server, admin: ada } = await house.people([], { env: UNHURRIED })
  const room = await ada.room('Standup')
  const grace = await guest(server, room, 'Grace')
  const [here, there] = [await house.line(ada), await house.line(grace)]
  const start = await there.ask('room:join', { room: room.id })
  await there.ask('room:leave', { room: room.id })
  for (let batch = 0; batch < 10; batch++) {
    await Promise.all(Array.from({ length: 45 }, (_, number) => say(here, room.id, `${batch * 45 + number}`)))
  }
  const back = await there.ask('room:join', { room: room.id, epoch: start.epoch, after: start.head })
  assert.equal(back.limited, true)
  const seen = [...back.events]
  while ((seen.at(-1)?.seq ?? 0) < back.head) {
    const page = await grace.get<LogPage>(`/api/v1/rooms/${room.id}/log?after=${seen.at(-1)?.seq}&limit=200`)
    seen.push(...page.events)
  }
  assert.deepEqual(texts(seen), Array.from({ length: 450 }, (_, number) => `${number}`))
  await there.ask('room:sync', { rooms: [{ room: room.id, epoch: start.epoch, after: seen.at(-1)?.seq ?? 0 }] })
  await say(here, room.id, 'after')
  assert.deepEqual((await there.hears('room:event')).body, { text: 'after' })
})

everywhere('the same message sent by eight at once is said once, and all hear the same answer', async (house) => {
  const { admin: ada } = await house.people([])
  const room = await ada.room('Standup')
  const requestId = randomUUID()
  const lines = await Promise.all(Array.from({ length: 4 }, () => house.line(ada)))
  const bySocket = lines.map((line) => say(line, room.id, 'once', requestId))
  const byRest = lines.map(() => ada.post<Posted>(`/api/v1/rooms/${room.id}/messages`, { requestId, text: 'once' }))
  const answers = (await Promise.all<Posted>([...bySocket, ...byRest])).map(({ id, seq, epoch, at }) => ({ id, seq, epoch, at }))
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.deepEqual(texts(await log(ada, room.id)), ['once'])
})

everywhere('the server dies in the middle of a flood, and what was acknowledged is there, once', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben', 'Cleo'], { env: UNHURRIED })
  const everybody = [ada, ...people]
  const room = await ada.room('Flood')
  await ada.add(room.id, ...people)

  const said = new Map<string, { text: string; seq?: number }>()
  const lines = await Promise.all(everybody.map((person) => house.line(person)))
  let dead = false
  const talk = async (line: Line, name: string) => {
    for (let number = 0; !dead; number++) {
      const requestId = randomUUID()
      const entry: { text: string; seq?: number } = { text: `${name} ${number}` }
      said.set(requestId, entry)
      // No answer means not known: it is asked again below.
      const ack = await line.ask('room:send', { room: room.id, requestId, text: entry.text }).catch(() => undefined)
      if (!ack) return
      entry.seq = ack.seq
    }
  }
  const talks = lines.flatMap((line, who) => Array.from({ length: 12 }, (_, mouth) => talk(line, `${who}.${mouth}`)))
  const acked = () => [...said.values()].filter(({ seq }) => seq !== undefined).length
  await until('300 messages are acknowledged', () => acked() >= 300, 20_000)
  await server.kill()
  dead = true
  for (const line of lines) line.close()
  await Promise.all(talks)
  house.tell('acknowledged before the end, of those begun', `${acked()} of ${said.size}`)

  await server.again()
  const [line] = await Promise.all([house.line(ada)])
  const before = await log(ada, room.id)
  const there = new Map(before.map((event) => [event.requestId, event.seq]))
  for (const [requestId, { text, seq }] of said) {
    if (seq !== undefined) assert.equal(there.get(requestId), seq, `"${text}" was acknowledged, and stands where it was said to stand`)
  }
  const whose = new Map(everybody.map((person, number) => [String(number), person]))
  const rest = [...said].filter(([, { seq }]) => seq === undefined)
  for (const [requestId, { text }] of rest) {
    const person = whose.get(text.split('.')[0] ?? '')
    const posted = await person?.post<Posted>(`/api/v1/rooms/${room.id}/messages`, { requestId, text })
    assert.equal(posted?.repeated, there.has(requestId), `"${text}" asked again`)
  }
  const after = await log(ada, room.id)
  assert.deepEqual(after.map((event) => event.seq), after.map((_, number) => number + 1), 'no hole')
  const requests = after.flatMap((event) => (event.kind === 'message.posted' ? [event.requestId] : []))
  assert.equal(new Set(requests).size, requests.length, 'nothing twice')
  assert.equal(requests.length, said.size, 'nothing lost')
  assert.equal((await line.ask('room:join', { room: room.id, after: after.length })).events.length, 0)
  assert.match(await server.command('audit', 'verify'), /./)
})

everywhere('typing is told to the others, and is nothing that stays', async (house) => {
  const { server, admin: ada } = await house.people([])
  const room = await ada.room('Standup')
  const grace = await guest(server, room, 'Grace')
  const [here, there] = [await house.line(ada), await house.line(grace)]
  const { head } = await here.ask('room:join', { room: room.id })
  await there.ask('room:join', { room: room.id })
  await there.ask('room:typing', { room: room.id })
  assert.deepEqual(await here.hears('room:typing'), { room: room.id, member: grace.id })
  assert.equal((await log(ada, room.id)).length, head)
  assert.equal(there.unasked('room:typing').length, 0, 'nobody is told of oneself')
})

interface Posted {
  id: string
  seq: number
  epoch: string
  at: number
  repeated: boolean
}

const texts = (events: RoomEvent[]) => events.flatMap((event) => (event.kind === 'message.posted' ? [event.body.text] : []))

/** The whole log. */
async function log(person: Person, room: string): Promise<RoomEvent[]> {
  const events: RoomEvent[] = []
  for (;;) {
    const page = await person.get<LogPage>(`/api/v1/rooms/${room}/log?after=${events.length}&limit=200`)
    events.push(...page.events)
    if (page.events.length < 200) return events
  }
}
