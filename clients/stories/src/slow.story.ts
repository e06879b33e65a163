// Those who read slowly, or never: told that they lag, then caught up; or let go. Nobody waits for them, and nothing piles up.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import type { CallView, LogPage } from '@carillon/sdk'

import { BOTH } from './house/calls.ts'
import type { Line } from './house/line.ts'
import { UNHURRIED } from './house/limits.ts'
import { story } from './house/story.ts'

/** Messages, each of 16,000 letters: more than the kernel keeps for a socket, and the server for a room. */
const MANY = 900
const TEXT = 'x'.repeat(16_000)
/** KiB by which the server may grow meanwhile; what was said is 14 MiB. */
const GROWTH = 96 * 1024

story('who stops reading for a while is told that it lags, and catches up; who never reads again is let go', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben', 'Cleo'], { env: UNHURRIED })
  const [ben, cleo] = people
  const room = await ada.room('Loud')
  await ada.add(room.id, ben, cleo)
  const [here, slow, deaf] = [await house.line(ada), await house.line(ben), await house.line(cleo)]
  const start = await slow.ask('room:join', { room: room.id })
  await deaf.ask('room:join', { room: room.id })
  // A call tells the others when somebody's line goes.
  await here.ask('call:initiate', { room: room.id, requestId: randomUUID(), media: BOTH })
  const entered = await deaf.ask('call:initiate', { room: room.id, requestId: randomUUID(), media: BOTH })
  const before = await server.memory()
  for (const line of [slow, deaf]) wireOf(line).pause()

  for (let sent = 0; sent < MANY; sent += 64) {
    const batch = Array.from({ length: Math.min(64, MANY - sent) }, () => here.ask('room:send', { room: room.id, requestId: randomUUID(), text: TEXT }))
    await Promise.all(batch)
  }
  const during = await server.memory()
  house.tell('resident memory before and while two do not read, MiB', `${(before / 1024).toFixed(1)} and ${(during / 1024).toFixed(1)}`)
  assert.ok(during - before < GROWTH)

  wireOf(slow).resume()
  const lag = await slow.hears('room:lag', () => true, 20_000)
  assert.equal(lag.room, room.id)
  const seqs = slow.heard.flatMap(({ event, payload }) => (event === 'room:event' ? [(payload as { seq: number }).seq] : []))
  assert.deepEqual(seqs, seqs.map((_, number) => start.head + 1 + number), 'what came before was whole')
  let at = seqs.at(-1) ?? start.head
  const { head } = await ben.get<LogPage>(`/api/v1/rooms/${room.id}/log?limit=1`)
  while (at < head) at = (await ben.get<LogPage>(`/api/v1/rooms/${room.id}/log?after=${at}&limit=200`)).events.at(-1)?.seq ?? head
  const synced = await slow.ask('room:sync', { rooms: [{ room: room.id, epoch: start.epoch, after: at }] })
  assert.equal(synced.rooms[0]?.limited, false)
  await here.ask('room:send', { room: room.id, requestId: randomUUID(), text: 'after' })
  assert.deepEqual((await slow.hears('room:event', ({ seq }) => seq === head + 1)).body, { text: 'after' })

  const since = performance.now()
  const gone = ({ participants }: CallView) => participants.some(({ id, state }) => id === entered.participant && ['reconnecting', 'left'].includes(state))
  await here.hears('call:state', ({ call }) => gone(call), 70_000)
  house.tell('who never reads is let go after, s', ((performance.now() - since) / 1000).toFixed(1))
}, { patience: 120_000 })

/** The WebSocket under a line, which can leave what comes unread. */
function wireOf(line: Line): { pause(): void; resume(): void } {
  return (line.socket.io.engine as unknown as { transport: { ws: { pause(): void; resume(): void } } }).transport.ws
}
