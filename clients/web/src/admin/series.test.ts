// Counts of a call become rates over time.
import type { AdminCall, Flow } from '@carillon/sdk'
import { expect, test } from 'vitest'
import { aligned, linesOf } from './series.ts'

const flow = (bytesReceived: number, packetsReceived: number, packetsLost: number): Flow => ({
  bytesSent: 2 * bytesReceived, bytesReceived, packetsSent: 0, packetsReceived, packetsLost, jitter: 0.004,
})
const leg = {
  participant: 'p', name: 'Ada', leg: 1,
  snapshots: [
    { at: 60_000, rtt: 0.05, audio: flow(60_000, 95, 5) },
    { at: 120_000, audio: flow(180_000, 195, 5) },
  ],
}
const call = { participants: [{ id: 'p', joinedAt: 0 }] } as unknown as AdminCall['call']

test('rates are between one measurement and the next, the first since one came', () => {
  expect(linesOf({ call, legs: [leg] }, 'received')).toEqual([{ name: 'Ada', points: [[60_000, 8], [120_000, 16]] }])
  expect(linesOf({ call, legs: [leg] }, 'sent')[0]?.points[0]).toEqual([60_000, 16])
  expect(linesOf({ call, legs: [leg] }, 'loss')[0]?.points).toEqual([[60_000, 5], [120_000, 0]])
})

test('what was not measured has no point', () => {
  expect(linesOf({ call, legs: [leg] }, 'trip')).toEqual([{ name: 'Ada', points: [[60_000, 50]] }])
})

test('a later leg begins with its own first measurement', () => {
  expect(linesOf({ call, legs: [{ ...leg, leg: 2 }] }, 'received')[0]?.points).toEqual([[120_000, 16]])
})

test('lines of several legs share their times', () => {
  const lines = [{ name: 'Ada', points: [[1, 10], [3, 30]] as const }, { name: 'Ben', points: [[2, 20]] as const }]
  expect(aligned(lines.map(({ name, points }) => ({ name, points: [...points] })))).toEqual({ times: [1, 2, 3], columns: [[10, null, 30], [null, 20, null]] })
})
