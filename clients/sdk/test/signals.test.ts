import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from '../src/negotiation.ts'
import { Recovery } from '../src/recovery.ts'
import { safetyOf } from '../src/safety-code.ts'
import { fingerprintOf, offersChannel, originOf, sameDescription, ufragsOf, versionOf } from '../src/sdp.ts'
import { SignalQueue } from '../src/signal-queue.ts'
import type { Description, Signal } from '../src/wire.ts'
import { SimClock } from './sim/clock.ts'

const signal = (number: number): Signal => ({ type: 'ice-candidate', signal: { candidate: `candidate:${number}` } })

describe('signals on their way', () => {
  it('wait for the line, go in order, and go again when nobody took them', () => {
    const queue = new SignalQueue()
    const [one, two, three] = [signal(1), signal(2), signal(3)]
    queue.add(one)
    queue.add(two)
    expect(queue.take()).toEqual([])
    queue.open = true
    expect(queue.take()).toEqual([one, two])
    queue.landed(one)
    queue.add(three)
    queue.open = false
    queue.open = true
    expect(queue.take()).toEqual([two, three])
    queue.landed(two)
    queue.landed(three)
    queue.open = true
    expect(queue.take()).toEqual([])
  })

  it('never lose, and never reorder what was not acknowledged', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('add', 'take', 'land', 'drop'), { maxLength: 200, size: 'max' }), (steps) => {
        const queue = new SignalQueue()
        queue.open = true
        const added: Signal[] = []
        const landed = new Set<Signal>()
        let flying: Signal[] = []
        for (const step of steps) {
          if (step === 'add') {
            added.push(signal(added.length))
            queue.add(added.at(-1)!)
          } else if (step === 'take') flying.push(...queue.take())
          else if (step === 'land' && flying.length > 0) {
            const first = flying.shift()!
            landed.add(first)
            queue.landed(first)
          } else if (step === 'drop') {
            flying = []
            queue.open = true
          }
        }
        queue.open = true
        expect(queue.take()).toEqual(added.filter((one) => !landed.has(one)))
      }),
    )
  })
})

const sdp = (session: number, version: number, ufrag = 'u', print = `AB:0${session}`) =>
  `v=0\r\no=- ${session} ${version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 ${print}\r\nm=audio 9 X 0\r\na=ice-ufrag:${ufrag}\r\n`

describe('a description', () => {
  it('says who made it, which one it is, and by which certificate', () => {
    const text = sdp(12, 3, 'xyz', 'ab:cd')
    expect(originOf(text)).toBe('12 sha-256 AB:CD')
    expect(versionOf(text)).toBe(3)
    expect(fingerprintOf(text)).toBe('sha-256 AB:CD')
    expect(ufragsOf(text)).toEqual(['xyz'])
    expect(offersChannel(text)).toBe(false)
    expect(offersChannel(`${text}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`)).toBe(true)
  })

  it('is the same with more candidates, and another after a restart of ICE', () => {
    expect(sameDescription(sdp(1, 1), `${sdp(1, 1)}a=candidate:1\r\n`)).toBe(true)
    expect(sameDescription(sdp(1, 1), sdp(1, 1, 'v'))).toBe(false)
    expect(sameDescription(sdp(1, 1), sdp(1, 2))).toBe(false)
  })

  const offer = (session: number, version: number): Description => ({ type: 'offer', sdp: sdp(session, version) })
  const answer = (session: number, version: number): Description => ({ type: 'answer', sdp: sdp(session, version) })
  const stable = { signalingState: 'stable', polite: true, prepared: false, remote: undefined }
  const offering = { ...stable, prepared: true, signalingState: 'have-local-offer' }

  it.each([
    ['an offer to nobody yet', stable, offer(1, 1), 'apply'],
    ['an offer before ours went out', { ...stable, prepared: true }, offer(1, 1), 'renew'],
    ['a later offer of the same', { ...stable, remote: offer(1, 1) }, offer(1, 2), 'apply'],
    ['the offer that we answered', { ...stable, remote: offer(1, 2) }, offer(1, 2), 'repeat'],
    ['an offer that is older', { ...stable, remote: offer(1, 2) }, offer(1, 1), 'ignore'],
    ['an offer of another peer connection', { ...stable, remote: offer(1, 2) }, offer(2, 1), 'renew'],
    ['an offer that meets ours, if we are impolite', { ...offering, polite: false }, offer(1, 1), 'ignore'],
    ['an offer that meets our first', offering, offer(1, 1), 'renew'],
    ['an offer that meets a later one of ours', { ...offering, remote: answer(1, 1) }, offer(1, 2), 'apply'],
    ['the answer', offering, answer(1, 1), 'apply'],
    ['an answer that nobody waits for', stable, answer(1, 1), 'ignore'],
    ['an answer to the offer before', { ...offering, remote: answer(1, 2) }, answer(1, 2), 'ignore'],
    ['an answer of another peer connection', { ...offering, remote: answer(1, 2) }, answer(2, 1), 'offerAnew'],
  ] as const)('%s', (_, standing, description, verdict) => expect(judge(standing, description)).toBe(verdict))
})

describe('the safety code', () => {
  const platform = new SimClock()

  it('is the same at both ends, and another for another certificate', async () => {
    const [ada, ben, eve] = [sdp(1, 1), sdp(2, 1), sdp(3, 1)]
    const { code } = await safetyOf(platform, ada, ben)
    expect(await safetyOf(platform, ben, ada)).toEqual({ code })
    expect(code!.every((group) => /^\d{4}$/.test(group))).toBe(true)
    expect(code).toHaveLength(5)
    expect((await safetyOf(platform, ada, eve)).code).not.toEqual(code)
  })

  it('is the same where a certificate is named once, and where each medium names it', async () => {
    const print = 'a=fingerprint:sha-256 AB:02'
    const often = `${sdp(2, 1)}${print}\r\nm=video 9 X 0\r\n${print.toLowerCase()}\r\n`
    expect(await safetyOf(platform, sdp(1, 1), often)).toEqual(await safetyOf(platform, sdp(1, 1), sdp(2, 1)))
  })

  it.each([
    ['names none', 'v=0\r\n'],
    ['names another for a medium', `${sdp(2, 1)}a=fingerprint:sha-256 AB:03\r\n`],
    ['names another by another digest', `${sdp(2, 1)}a=fingerprint:sha-1 AB:02\r\n`],
    ['names another in a way that only some read', `${sdp(2, 1)}A = FINGERPRINT:sha-256  AB:03\r\n`],
  ])('is not made up when an end %s', async (_, tampered) => {
    expect(await safetyOf(platform, sdp(1, 1), tampered)).toEqual({ failure: 'doubtful' })
    expect(await safetyOf(platform, tampered, sdp(1, 1))).toEqual({ failure: 'doubtful' })
  })

  it('is not there on a page that is given no digests', async () => {
    const bare = { sha256: async () => Promise.reject(new TypeError('crypto.subtle is undefined')) }
    expect(await safetyOf(bare, sdp(1, 1), sdp(2, 1))).toEqual({ failure: 'insecure' })
  })
})

describe('mending', () => {
  it('waits, restarts ICE twice, and then begins anew', () => {
    const recovery = new Recovery()
    recovery.opened(0, false)
    recovery.connected()
    expect(recovery.due).toBeUndefined()
    recovery.lost(1000, false)
    expect(recovery.attempt(2999)).toBeUndefined()
    expect(recovery.attempt(3000)).toBe('restart')
    expect(recovery.attempt(recovery.due!)).toBe('restart')
    expect(recovery.attempt(recovery.due!)).toBe('rebuild')
  })

  it('begins anew at once where there was never a connection', () => {
    const recovery = new Recovery()
    recovery.opened(0, false)
    expect(recovery.attempt(recovery.due!)).toBe('rebuild')
  })

  it('lets the impolite side go first, and the other side’s attempt have its time', () => {
    const [polite, impolite] = [new Recovery(), new Recovery()]
    for (const recovery of [polite, impolite]) recovery.opened(0, recovery === polite)
    for (const recovery of [polite, impolite]) recovery.connected()
    polite.lost(0, true)
    impolite.lost(0, false)
    expect(polite.due).toBeGreaterThan(impolite.due!)
    polite.underway(impolite.due!)
    expect(polite.due).toBeGreaterThanOrEqual(impolite.due! + 5000)
  })
})
