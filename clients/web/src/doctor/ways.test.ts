// Which ways through the network the kinds of candidates stand for.
import { expect, test } from 'vitest'
import { ways } from './ways.ts'

test('a relay is the best, none at all the worst, and one that was named and not reached is told', () => {
  const word = (host: number, srflx: number, relay: number, named: boolean) => ways({ host, srflx, relay }, named).word
  expect(word(1, 1, 1, true)).toBe('networkRelay')
  expect(word(1, 1, 0, true)).toBe('networkRelayAway')
  expect(word(1, 1, 0, false)).toBe('networkOut')
  expect(word(2, 0, 0, false)).toBe('networkHome')
  expect(word(0, 0, 0, true)).toBe('networkNone')
})
