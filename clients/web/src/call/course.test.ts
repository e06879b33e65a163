// A call as a whole, out of its moments.
import type { CallSessionState } from '@carillon/sdk'
import { expect, test } from 'vitest'
import { Follower, wordOf } from './course.ts'

type Moment = [now: number, phase: CallSessionState['phase'], word?: CallSessionState['quality']['word']]

function followed(...moments: Moment[]) {
  const follower = new Follower()
  for (const [now, phase, word = 'unknown'] of moments) follower.see(now, { phase, quality: { word } })
  return follower.course
}

test('a moment of trouble does not make a poor call', () => {
  expect(wordOf(followed([0, 'live', 'good'], [50_000, 'live', 'poor'], [55_000, 'live', 'good'], [90_000, 'ended']))).toBe('good')
  expect(wordOf(followed([0, 'live', 'good'], [50_000, 'live', 'fair'], [80_000, 'live', 'poor'], [90_000, 'ended']))).toBe('uneven')
  expect(wordOf(followed([0, 'live', 'good'], [50_000, 'live', 'poor'], [90_000, 'ended']))).toBe('poor')
})

test('of a call that was hardly measured nothing is said', () => {
  expect(wordOf(followed([0, 'live'], [90_000, 'live', 'poor'], [92_000, 'ended']))).toBeUndefined()
})

test('each break is counted once, and its time is nobody’s', () => {
  const course = followed([0, 'live', 'good'], [10_000, 'reconnecting'], [12_000, 'reconnecting'], [20_000, 'live', 'good'], [30_000, 'ended'])
  expect(course).toEqual({ lasted: { good: 20_000, fair: 0, poor: 0 }, broke: 1 })
})
