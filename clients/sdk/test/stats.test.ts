import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { qualityOf } from '../src/quality.ts'
import type { Stat } from '../src/rtc.ts'
import { snapshotOf, uplinkOf } from '../src/stats.ts'
import { Tally } from '../src/tally.ts'
import type { Flow, Snapshot } from '../src/wire.ts'

const flow: Flow = { bytesSent: 0, bytesReceived: 0, packetsSent: 0, packetsReceived: 0, packetsLost: 0, jitter: 0 }
const of = (audio: Partial<Flow>, rest: Partial<Snapshot> = {}): Snapshot => ({ at: 1, audio: { ...flow, ...audio }, ...rest })

describe('a snapshot', () => {
  const chromium: Stat[] = [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P2' },
    { id: 'P1', type: 'candidate-pair', state: 'succeeded', nominated: true, localCandidateId: 'L1', remoteCandidateId: 'R1' },
    { id: 'P2', type: 'candidate-pair', state: 'succeeded', localCandidateId: 'L2', remoteCandidateId: 'R2', currentRoundTripTime: 0.02 },
    { id: 'L2', type: 'local-candidate', candidateType: 'relay' },
    { id: 'R2', type: 'remote-candidate', candidateType: 'srflx' },
    { id: 'C', type: 'codec', mimeType: 'audio/opus' },
    { id: 'I', type: 'inbound-rtp', kind: 'audio', codecId: 'C', bytesReceived: 10, packetsReceived: 2, packetsLost: -1, jitter: 0.004 },
    { id: 'O', type: 'outbound-rtp', kind: 'audio', codecId: 'C', bytesSent: 20, packetsSent: 4 },
  ]

  it('is read from what browsers say', () => {
    expect(snapshotOf(chromium, 5)).toEqual({
      at: 5, rtt: 0.02, localCandidate: 'relay', remoteCandidate: 'srflx',
      audio: { codec: 'audio/opus', bytesSent: 20, bytesReceived: 10, packetsSent: 4, packetsReceived: 2, packetsLost: 0, jitter: 0.004 },
    })
  })

  it('finds the pair that Firefox selected', () => {
    const firefox = chromium.filter(({ type }) => type !== 'transport').map((stat) => (stat.id === 'P2' ? { ...stat, selected: true } : stat))
    expect(snapshotOf(firefox, 5)).toMatchObject({ localCandidate: 'relay', rtt: 0.02 })
  })

  it('is of the camera, also beside a screen', () => {
    const streams: Stat[] = [
      { id: 'S', type: 'inbound-rtp', kind: 'video', mid: '3', framesDecoded: 9 },
      { id: 'V', type: 'inbound-rtp', kind: 'video', mid: '1', framesDecoded: 5 },
    ]
    expect(snapshotOf(streams, 5).video?.framesDecoded).toBe(5)
  })

  it('has no word for what is not there', () => {
    expect(snapshotOf([], 5)).toEqual({ at: 5 })
    expect(snapshotOf([{ id: 'I', type: 'inbound-rtp', kind: 'video', framesDecoded: NaN }], 5).video).toMatchObject({ framesDecoded: 0 })
  })
})

describe('a leg’s statistics', () => {
  it('go on counting over another peer connection', () => {
    const tally = new Tally()
    tally.add(of({ packetsReceived: 100, bytesReceived: 1000 }))
    tally.renewed()
    expect(tally.add(of({ packetsReceived: 5, bytesReceived: 50 })).audio).toMatchObject({ packetsReceived: 105, bytesReceived: 1050 })
  })

  it('go on counting over another stream of the same one', () => {
    const tally = new Tally()
    tally.add(of({ packetsReceived: 100, packetsSent: 100 }))
    expect(tally.add(of({ packetsReceived: 3, packetsSent: 110 })).audio).toMatchObject({ packetsReceived: 103, packetsSent: 110 })
  })

  it('begin at zero in another leg, also over the same peer connection', () => {
    const tally = new Tally()
    tally.add(of({ packetsReceived: 100, packetsSent: 100, packetsLost: 7 }))
    tally.newLeg()
    expect(tally.add(of({ packetsReceived: 103, packetsSent: 110, packetsLost: 6 })).audio).toMatchObject({ packetsReceived: 3, packetsSent: 10, packetsLost: 0 })
    tally.renewed()
    expect(tally.add(of({ packetsReceived: 2, packetsSent: 2 })).audio).toMatchObject({ packetsReceived: 5, packetsSent: 12 })
  })

  it('never fall', () => {
    const count = fc.nat(1000)
    const some = fc.record({ packetsReceived: count, bytesReceived: count, packetsLost: count, packetsSent: count, bytesSent: count, renewed: fc.boolean() })
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40, size: 'max' }), (steps) => {
        const tally = new Tally()
        let before = { ...flow }
        for (const { renewed, ...counts } of steps) {
          if (renewed) tally.renewed()
          const sum = tally.add(of(counts)).audio!
          for (const name of Object.keys(counts) as (keyof typeof counts)[]) expect(sum[name]).toBeGreaterThanOrEqual(before[name])
          before = { ...before, ...sum }
        }
      }),
    )
  })
})

describe('the quality', () => {
  const before = of({ packetsReceived: 0, packetsLost: 0 })

  it.each([
    [of({ packetsReceived: 100 }), { word: 'good' }],
    [of({ packetsReceived: 95, packetsLost: 5 }), { word: 'fair', cause: 'loss' }],
    [of({ packetsReceived: 80, packetsLost: 20 }), { word: 'poor', cause: 'loss' }],
    [of({ packetsReceived: 100 }, { rtt: 0.7 }), { word: 'poor', cause: 'delay' }],
    [of({ packetsReceived: 100, jitter: 0.05 }), { word: 'fair', cause: 'jitter' }],
    [{ at: 1 }, { word: 'unknown' }],
  ])('is a word with its cause', (now, quality) => expect(qualityOf(before, now)).toEqual(quality))

  it('is the uplink’s when the other says that little arrives, or the connection carries little', () => {
    const good = of({ packetsReceived: 100 })
    expect(qualityOf(before, good, { loss: 0.05 })).toEqual({ word: 'fair', cause: 'uplink' })
    expect(qualityOf(before, good, { loss: 0.2 })).toEqual({ word: 'poor', cause: 'uplink' })
    expect(qualityOf(before, good, { loss: 0, room: 90_000 })).toEqual({ word: 'poor', cause: 'uplink' })
    expect(qualityOf(before, good, { loss: 0, room: 2_000_000 })).toEqual({ word: 'good' })
  })

  it('knows the uplink from what browsers say, and its room only while a picture goes out', () => {
    const pair: Stat = { id: 'P', type: 'candidate-pair', state: 'succeeded', nominated: true, availableOutgoingBitrate: 80_000 }
    const heard: Stat = { id: 'R', type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.04 }
    expect(uplinkOf([pair, heard])).toEqual({ loss: 0.04 })
    expect(uplinkOf([pair, { id: 'V', type: 'outbound-rtp', kind: 'video', framesPerSecond: 12 }])).toEqual({ loss: 0, room: 80_000 })
  })

  it('is not known from one look', () => expect(qualityOf(undefined, before)).toEqual({ word: 'unknown' }))
})
