import { describe, expect, it } from 'vitest'
import { Connection, type ConnectionTold } from '../src/connection.ts'
import type { Candidate, Signal } from '../src/wire.ts'
import { SimClock } from './sim/clock.ts'
import { SimDevices } from './sim/devices.ts'
import { SimNet } from './sim/net.ts'

function one(clock: SimClock, net: SimNet, host: string, tell: Partial<ConnectionTold> = {}) {
  const rtc = new SimDevices(clock, net, host)
  const nothing = { signal() {}, state() {}, pulse() {}, renewed() {}, changed() {} }
  const connection = new Connection({ rtc, clock, polite: true, iceServers: [], outgoing: () => null }, { ...nothing, ...tell })
  return { connection, peer: rtc.peers[0]! }
}

describe('a connection', () => {
  it('loses no candidate by another that its platform does not take', async () => {
    const clock = new SimClock()
    const net = new SimNet(clock)
    const signals: Signal[] = []
    one(clock, net, 'ada', { signal: (signal) => signals.push(signal) }).connection.offer()
    await clock.pass(500)
    let changed = 0
    const { connection, peer } = one(clock, net, 'ben', { changed: () => changed++ })
    const taken: string[] = []
    peer.addIceCandidate = async ({ candidate }: Candidate) => {
      if (candidate === 'bad') throw new Error('OperationError')
      taken.push(candidate)
    }
    connection.take({ type: 'ice-candidate', signal: { candidate: 'bad' } })
    for (const early of signals.filter(({ type }) => type === 'ice-candidate')) connection.take(early)
    connection.take(signals.find(({ type }) => type === 'offer')!)
    changed = 0
    await clock.pass(500)
    expect(taken).toEqual(['candidate:1', 'candidate:2'])
    expect(changed).toBeGreaterThan(0)
  })
})
