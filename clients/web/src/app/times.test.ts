// Times and spans as people write them.
import { expect, test } from 'vitest'
import { running, span } from './times.ts'

test('a running clock grows hours only when it has them', () => {
  expect([0, 7_000, 247_999, 3_753_000].map(running)).toEqual(['0:00', '0:07', '4:07', '1:02:33'])
})

test('a span names its two greatest parts', () => {
  expect([0, 36, 247, 3600, 3753].map((seconds) => span('en', seconds))).toEqual(['0 sec', '36 sec', '4 min 7 sec', '1 hr', '1 hr 2 min'])
  expect(span('fr', 247).replaceAll(/\s/g, ' ')).toBe('4 min 7 s')
})
