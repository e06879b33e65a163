// What the test of a device comes to.
import { expect, test } from 'vitest'
import en from '../locales/doctor.en.ts'
import { found, report, sum, verdictOf, type Word } from './finding.ts'

test('one trouble spoils it, a reserve is said, and what was not tested is not fine', () => {
  expect(sum({ browser: found('browserFull') })).toBe('fine')
  expect(sum({ browser: found('browserFull'), camera: found('absent') })).toBe('partly')
  expect(sum({ browser: found('browserFull'), relays: found('signedOut') })).toBe('partly')
  expect(sum({ browser: found('browserOld'), camera: found('absent') })).toBe('unfit')
})

test('whatever is less than fine has a cure', () => {
  const { cure } = en.doctor
  const less = (Object.keys(en.doctor.found) as Word[]).filter((word) => verdictOf(found(word)) !== 'good')
  expect(less.filter((word) => !(word in cure))).toEqual([])
})

test('the report holds what was found, in the order of the steps', () => {
  const text = report({ loop: found('loopRuns', { frames: 40 }), browser: found('browserFull') }, 0, 'Firefox, Linux')
  expect(JSON.parse(text)).toEqual({
    report: 'carillon-doctor', version: 1, at: '1970-01-01T00:00:00.000Z', device: 'Firefox, Linux', sum: 'fine',
    steps: [{ step: 'browser', verdict: 'good', found: 'browserFull' }, { step: 'loop', verdict: 'good', found: 'loopRuns', frames: 40 }],
  })
})
