// Which events of the log get a line.
import type { RoomEvent } from '@carillon/sdk'
import { expect, test } from 'vitest'
import { shown } from './shown.ts'

let seq = 0
const event = (kind: RoomEvent['kind'], body: object, sender?: string) =>
  ({ room: 'r', epoch: 'e', seq: ++seq, id: `${seq}`, at: seq, sender, kind, body }) as RoomEvent

test('a call of two is told by three lines', () => {
  const call = { call: 'c' }
  const log = [
    event('call.started', { ...call, media: { audio: true, video: true } }, 'ada'),
    event('call.joined', { ...call, participant: '1', member: 'ada', name: 'Ada' }),
    event('call.joined', { ...call, participant: '2', member: 'ben', name: 'Ben' }),
    event('call.left', { ...call, participant: '2', member: 'ben', reason: 'hangup' }),
    event('call.left', { ...call, participant: '1', member: 'ada', reason: 'lost' }),
    event('call.ended', { ...call, reason: 'hangup', duration: 3, answered: true }),
  ]
  expect(shown(log).map(({ kind, seq }) => `${kind} ${seq}`)).toEqual(['call.started 1', 'call.joined 3', 'call.left 5', 'call.ended 6'])
})

test('the first guest of a fresh room gets a line', () => {
  seq = 0
  const log = [event('room.created', { name: 'Standup' }, 'ada'), event('member.joined', { member: 'grace', name: 'Grace', kind: 'guest' }, 'grace')]
  expect(shown(log)).toHaveLength(2)
})

test('a kind that this version does not know is kept', () => {
  expect(shown([event('poll.opened' as never, {})])).toHaveLength(1)
})
