// How a call went, seen by each of two.
import type { CallView } from '@carillon/sdk'
import { expect, test } from 'vitest'
import { wentFor } from './recent.ts'

type Seen = Pick<CallView, 'initiator' | 'participants' | 'answeredAt' | 'endReason'>
const call = (endReason: CallView['endReason'], { answered = false, left }: { answered?: boolean; left?: 'declined' | 'cancelled' } = {}) =>
  ({
    initiator: 'ada', endReason, ...(answered && { answeredAt: 2 }),
    participants: [{ member: 'ada', joinedAt: 1 }, { member: 'ben', ...(answered && { joinedAt: 2 }), ...(left && { leftReason: left }) }],
  }) as unknown as Seen

test('who talked, who missed it, and who was not answered', () => {
  expect(wentFor('ben', call('hangup', { answered: true }))).toBe('talked')
  expect(wentFor('ben', call('noAnswer', { left: 'cancelled' }))).toBe('missed')
  expect(wentFor('ada', call('noAnswer', { left: 'cancelled' }))).toBe('noAnswer')
  expect(wentFor('ada', call('cancelled'))).toBe('noAnswer')
})

test('what was declined was not missed', () => {
  expect(wentFor('ben', call('declined', { left: 'declined' }))).toBe('declined')
  expect(wentFor('ada', call('declined', { left: 'declined' }))).toBe('declined')
})

test('a call that others answered was missed', () => expect(wentFor('cleo', call('hangup', { answered: true }))).toBe('missed'))
