import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Payload } from '../src/events.ts'
import { Person, World } from './sim/people.ts'

async function together(seed: number): Promise<{ world: World; ada: Person; ben: Person }> {
  const world = new World(seed)
  const [ada, ben] = [new Person(world, 'ada'), new Person(world, 'ben')]
  ada.enter({ account: 'ben' })
  await world.clock.pass(1000)
  ben.enter({ call: world.server.call!.id })
  return { world, ada, ben }
}

function expectTogether(ada: Person, ben: Person): void {
  expect([ada.phase, ben.phase]).toEqual(['live', 'live'])
  expect(ada.peer!.connectionState).toBe('connected')
  expect(ada.arriving).toEqual(ben.sending)
  expect(ben.arriving).toEqual(ada.sending)
  const [a, b] = [ada.session!.state.get(), ben.session!.state.get()]
  expect(a.safetyCode).toHaveLength(5)
  expect(a.safetyCode).toEqual(b.safetyCode)
  expect(a.other).toMatchObject({ member: 'ben', audio: ben.media.state.get().microphone.on, video: ben.sending.video !== null })
  expect(a.remoteScreen?.getTracks().length ?? 0).toBe(ben.media.outgoing('screen') ? 1 : 0)
  expect(b.remoteScreen?.getTracks().length ?? 0).toBe(ada.media.outgoing('screen') ? 1 : 0)
  expect(b.other).toMatchObject({ member: 'ada', audio: ada.media.state.get().microphone.on, video: ada.sending.video !== null })
}

describe('a call between two', () => {
  it('is live within a second, and both see the same code', async () => {
    const { world, ada, ben } = await together(1)
    await world.clock.pass(1000)
    expectTogether(ada, ben)
    await world.clock.pass(2000)
    expect(world.server.legs.map(({ state }) => state)).toEqual(['connected', 'connected'])
  })

  it('rings, and ends for both when one hangs up', async () => {
    const world = new World(2)
    const [ada, ben] = [new Person(world, 'ada'), new Person(world, 'ben')]
    ada.enter({ account: 'ben' })
    await world.clock.pass(500)
    expect(ada.phase).toBe('ringing')
    ben.enter({ call: world.server.call!.id })
    await world.clock.pass(3000)
    ben.session!.leave()
    await world.clock.pass(1000)
    expect(ada.session!.state.get().end).toMatchObject({ reason: 'hangup' })
    expect(ben.session!.state.get().end).toMatchObject({ reason: 'left' })
    expect(ada.devices.captured.every(({ readyState }) => readyState === 'ended')).toBe(true)
  })

  it('becomes one when both call each other at once', async () => {
    const world = new World(3)
    const [ada, ben] = [new Person(world, 'ada'), new Person(world, 'ben')]
    ada.enter({ account: 'ben' })
    ben.enter({ account: 'ada' })
    await world.clock.pass(20_000)
    expectTogether(ada, ben)
  })

  it('shows a screen beside whoever shows it, both at once too, and again after the page was loaded anew', async () => {
    const { world, ada, ben } = await together(11)
    await world.clock.pass(2000)
    await ada.media.shareScreen()
    await world.clock.pass(2000)
    expectTogether(ada, ben)
    expect(ben.arriving.video).toBe(ada.media.outgoing('video'))
    await ben.media.shareScreen()
    await world.clock.pass(2000)
    expectTogether(ada, ben)
    ben.reload()
    await world.clock.pass(20_000)
    expectTogether(ada, ben)
    ada.media.stopScreen()
    await world.clock.pass(2000)
    expectTogether(ada, ben)
    await ada.media.shareScreen()
    await world.clock.pass(2000)
    expectTogether(ada, ben)
  })

  it('says that nobody answered', async () => {
    const world = new World(4)
    const ada = new Person(world, 'ada')
    ada.enter({ account: 'ben' })
    await world.clock.pass(31_000)
    expect(ada.session!.state.get().end?.reason).toBe('noAnswer')
  })

  it('is cancelled also when one hangs up before the server has said which call it is', async () => {
    const world = new World(9)
    const ada = new Person(world, 'ada')
    ada.enter({ account: 'ben' })
    void ada.session!.leave()
    await world.clock.pass(1000)
    expect(world.server.call).toMatchObject({ state: 'ended', reason: 'cancelled' })
  })

  it('is over, not lost or refused, when the other hung up while we were away or before we came', async () => {
    const { world, ada, ben } = await together(10)
    await world.clock.pass(5000)
    ben.line.drop()
    void ada.session!.leave()
    await world.clock.pass(2000)
    ben.line.connect()
    await world.clock.pass(1000)
    expect(ben.session!.state.get().end).toEqual({ reason: 'hangup', duration: expect.any(Number) })
    ben.enter({ call: world.server.call!.id })
    await world.clock.pass(1000)
    expect(ben.session!.state.get().end).toEqual({ reason: 'hangup', duration: 0 })
  })

  it('says why there is no safety code on a page that is given no digests', async () => {
    const { world, ada, ben } = await together(11)
    world.clock.sha256 = async () => Promise.reject(new TypeError('crypto.subtle is undefined'))
    await world.clock.pass(5000)
    for (const { session } of [ada, ben]) expect(session!.state.get()).toMatchObject({ phase: 'live', safetyCode: undefined, safetyFailure: 'insecure' })
  })

  it('tells figures of the leg: a line that came back begins another, over the same peer connection', async () => {
    const { world, ada } = await together(12)
    const told = () => world.server.asked.flatMap(([event, payload]) =>
      event === 'call:stats' ? [(payload as Payload<'call:stats'>).snapshot.audio!.packetsSent] : [])
    await world.clock.pass(500)
    const { peer } = ada
    const began = world.clock.now()
    peer!.getStats = async () => [{ id: 'O', type: 'outbound-rtp', kind: 'audio', packetsSent: world.clock.now() - began }]
    await world.clock.pass(60_000)
    expect(told().at(-1)).toBeGreaterThan(45_000)
    ada.line.drop()
    await world.clock.pass(5000)
    const before = told().length
    ada.line.connect()
    await world.clock.pass(4000)
    expect(ada.peer).toBe(peer)
    expect(told()[before]).toBeLessThan(4000)
    await world.clock.pass(15_000)
    expect(told().at(-1)).toBeGreaterThan(10_000)
    expect(told().at(-1)).toBeLessThan(22_000)
  })

  it('says within two seconds that the network is gone, doubts the line, and is back soon after the network', async () => {
    const { world, ada, ben } = await together(5)
    await world.clock.pass(5000)
    world.net.cut.add('ben')
    await world.clock.pass(2200)
    expect([ada.phase, ben.phase]).toEqual(['reconnecting', 'reconnecting'])
    await world.clock.pass(2800)
    world.net.cut.clear()
    await world.clock.pass(3000)
    expectTogether(ada, ben)
  })

  it('goes on without the server', async () => {
    const { world, ada, ben } = await together(6)
    await world.clock.pass(5000)
    ada.line.drop()
    ben.line.drop()
    await world.clock.pass(20_000)
    expect([ada.phase, ben.phase]).toEqual(['live', 'live'])
    expect(ada.session!.state.get().lineDownSince).toBeDefined()
    ada.line.connect()
    ben.line.connect()
    await world.clock.pass(5000)
    expectTogether(ada, ben)
    expect([ada.devices.peers.length, ben.devices.peers.length]).toEqual([1, 1])
  })

  it('is back a second after a reload', async () => {
    const { world, ada, ben } = await together(7)
    await world.clock.pass(5000)
    ben.reload()
    await world.clock.pass(1500)
    expectTogether(ada, ben)
  })

  it('goes on in the window that took it over, and is over in the other', async () => {
    const { world, ada, ben } = await together(8)
    await world.clock.pass(5000)
    const { session: first, devices } = ben
    ben.open()
    ben.enter({ call: world.server.call!.id })
    await world.clock.pass(5000)
    expectTogether(ada, ben)
    expect(first!.state.get().end?.reason).toBe('elsewhere')
    expect(devices.captured.every(({ readyState }) => readyState === 'ended')).toBe(true)
  })
})

type Mishap =
  | { kind: 'line'; who: 'ada' | 'ben'; lasting: number }
  | { kind: 'net'; who: 'ada' | 'ben'; lasting: number }
  | { kind: 'reload'; who: 'ada' | 'ben' }
  | { kind: 'microphone' | 'camera'; who: 'ada' | 'ben'; on: boolean }
  | { kind: 'screen' | 'device' | 'unplug'; who: 'ada' | 'ben' }

const who = fc.constantFrom('ada' as const, 'ben' as const)
const mishap = (longest: number): fc.Arbitrary<{ after: number; mishap: Mishap }> =>
  fc.record({
    after: fc.integer({ min: 0, max: 12_000 }),
    mishap: fc.oneof(
      fc.record({ kind: fc.constant('line' as const), who, lasting: fc.integer({ min: 1, max: longest }) }),
      fc.record({ kind: fc.constant('net' as const), who, lasting: fc.integer({ min: 1, max: longest }) }),
      fc.record({ kind: fc.constant('reload' as const), who }),
      fc.record({ kind: fc.constantFrom('microphone' as const, 'camera' as const), who, on: fc.boolean() }),
      fc.record({ kind: fc.constantFrom('screen' as const, 'device' as const, 'unplug' as const), who }),
    ),
  })

function suffer(world: World, person: Person, mishap: Mishap): void {
  switch (mishap.kind) {
    case 'line':
      person.line.drop()
      world.clock.after(mishap.lasting, () => person.line.connect())
      return
    case 'net':
      world.net.cut.add(person.name)
      world.clock.after(mishap.lasting, () => world.net.cut.delete(person.name))
      return
    case 'reload':
      return person.reload()
    case 'microphone':
      return person.media.setMicrophone(mishap.on)
    case 'camera':
      return person.media.setCamera(mishap.on)
    case 'screen':
      if (person.media.state.get().screen) person.media.stopScreen()
      else void person.media.shareScreen()
      return
    case 'device':
      return person.media.chooseMicrophone(person.media.state.get().microphone.device === 'mic1' ? 'mic2' : 'mic1')
    case 'unplug':
      return person.devices.unplug(person.media.state.get().camera.device ?? 'cam1')
  }
}

describe('whatever happens to lines, networks and pages', () => {
  it('two people find each other again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.double({ min: 0, max: 0.3, noNaN: true }), fc.array(mishap(20_000), { maxLength: 8, size: 'max' }), async (seed, trouble, mishaps) => {
        const { world, ada, ben } = await together(seed)
        world.server.trouble = trouble
        for (const { after, mishap } of mishaps) {
          await world.clock.pass(after)
          suffer(world, mishap.who === 'ada' ? ada : ben, mishap)
        }
        await world.clock.pass(20_000)
        world.server.trouble = 0
        await world.clock.pass(60_000)
        expectTogether(ada, ben)
      }),
      { numRuns: Number(process.env['RUNS'] ?? 100) },
    )
  })

  it('a call is live for both or over for both', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(mishap(70_000), { maxLength: 8, size: 'max' }), async (seed, mishaps) => {
        const { world, ada, ben } = await together(seed)
        for (const { after, mishap } of mishaps) {
          await world.clock.pass(after)
          suffer(world, mishap.who === 'ada' ? ada : ben, mishap)
        }
        await world.clock.pass(150_000)
        if (ada.phase === 'ended' || ben.phase === 'ended') expect([ada.phase, ben.phase]).toEqual(['ended', 'ended'])
        else expectTogether(ada, ben)
      }),
      { numRuns: Number(process.env['RUNS'] ?? 100) },
    )
  })
})
