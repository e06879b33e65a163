// What the fields above the record ask for.
import { expect, test } from 'vitest'
import { asked, narrowed, none } from './filter.ts'

test('empty fields ask for everything', () => {
  expect(asked(none)).toEqual({})
  expect(narrowed(none)).toBe(false)
})

test('days are whole, in the time of whoever looks', () => {
  const { from, until } = asked({ ...none, from: '2026-11-25', until: '2026-11-25' })
  expect(new Date(from!).getHours()).toBe(0)
  expect(until! - from! + 1).toBe(86_400_000)
})

test('what is said is asked', () => {
  const wanted = { ...none, action: 'room.create', outcome: 'refused' as const, who: 'w', subject: 'room:1' }
  expect(asked(wanted)).toEqual({ action: 'room.create', outcome: 'refused', who: 'w', subject: 'room:1' })
  expect(narrowed(wanted)).toBe(true)
})
