import { describe, expect, it } from 'vitest'
import { Calls } from '../src/calls.ts'
import { callDrawer } from '../src/drawers.ts'
import { LocalMedia, type MediaChoices } from '../src/local-media.ts'
import type { CallView } from '../src/wire.ts'
import { SimDevices } from './sim/devices.ts'
import type { SimLine } from './sim/line.ts'
import { World } from './sim/people.ts'
import { SimStore } from './sim/store.ts'

class Window {
  readonly line: SimLine
  readonly media: LocalMedia
  readonly calls: Calls

  constructor(world: World, member: string, device = member, store = new SimStore()) {
    const { server, clock, net } = world
    this.line = server.line(member, device)
    const rtc = new SimDevices(clock, net, device)
    let choices: MediaChoices = { microphone: true, camera: true }
    this.media = new LocalMedia(rtc, { read: () => choices, write: (next) => (choices = next) })
    this.calls = new Calls({ line: this.line, platform: clock, rtc, media: this.media, drawer: callDrawer(store) })
  }

  get state() {
    return this.calls.state.get()
  }

  get phase() {
    return this.state.current?.state.get().phase
  }
}

async function ringing(seed: number) {
  const world = new World(seed)
  const [ada, ben] = [new Window(world, 'ada'), new Window(world, 'ben')]
  ada.calls.start({ account: 'ben' })
  await world.clock.pass(500)
  return { world, ada, ben }
}

describe('a call that comes in', () => {
  it('rings, and is accepted', async () => {
    const { world, ada, ben } = await ringing(1)
    expect(ada.state.incoming).toBeUndefined()
    expect(ben.state.incoming).toMatchObject({ from: { id: 'ada' } })
    ben.calls.accept()
    expect(ben.state.incoming).toBeUndefined()
    await world.clock.pass(2000)
    expect([ada.phase, ben.phase]).toEqual(['live', 'live'])
  })

  it('is declined, and both know', async () => {
    const { world, ada, ben } = await ringing(2)
    ben.calls.decline()
    expect(ben.state.incoming).toBeUndefined()
    await world.clock.pass(2000)
    expect(ada.state.current!.state.get().end?.reason).toBe('declined')
    ada.calls.dismiss()
    expect(ada.state.current).toBeUndefined()
    expect(ada.state.live).toEqual([])
  })

  it('stops ringing when the caller gives up, and when nobody answered', async () => {
    const { world, ada, ben } = await ringing(3)
    ada.calls.state.get().current!.leave()
    await world.clock.pass(500)
    expect(ben.state.incoming).toBeUndefined()
    ada.calls.start({ account: 'ben' })
    await world.clock.pass(500)
    expect(ben.state.incoming).toBeDefined()
    await world.clock.pass(31_000)
    expect(ben.state.incoming).toBeUndefined()
    expect(ada.state.current!.state.get().end?.reason).toBe('noAnswer')
  })

  it('stops ringing everywhere when it is answered: on another device, and in another window of the same', async () => {
    const world = new World(4)
    const [ada, phone, desk, window] = [new Window(world, 'ada'), new Window(world, 'ben', 'phone'), new Window(world, 'ben', 'desk'), new Window(world, 'ben', 'desk')]
    ada.calls.start({ account: 'ben' })
    await world.clock.pass(500)
    expect([phone, desk, window].map(({ state }) => state.incoming !== undefined)).toEqual([true, true, true])
    desk.calls.accept()
    await world.clock.pass(2000)
    expect([phone, desk, window].map(({ state }) => state.incoming !== undefined)).toEqual([false, false, false])
    expect([ada.phase, desk.phase, phone.phase, window.phase]).toEqual(['live', 'live', undefined, undefined])
  })

  it('hears that we are busy when we are in another', async () => {
    const { world, ada, ben } = await ringing(5)
    ben.calls.accept()
    await world.clock.pass(2000)
    const { id: _, ...view } = structuredClone(ben.state.live[0]!)
    const other: CallView = { ...view, id: 'other', state: 'ringing', initiator: 'eve', participants: [] }
    ben.line.push('call:initiated', { call: other, room: 'room', from: { id: 'eve', kind: 'account', name: 'Eve' }, ring: true })
    await world.clock.pass(500)
    expect(ben.state.incoming).toBeUndefined()
    expect(world.server.asked).toContainEqual(['call:leave', { call: 'other', reason: 'busy' }])
    expect([ada.phase, ben.phase]).toEqual(['live', 'live'])
  })

  it('is the one that we make, when both call each other', async () => {
    const world = new World(6)
    const [ada, ben] = [new Window(world, 'ada'), new Window(world, 'ben')]
    ada.calls.start({ account: 'ben' })
    ben.calls.start({ account: 'ada' })
    let rang = 0
    for (const { calls } of [ada, ben]) calls.state.watch(() => (rang += calls.state.get().incoming ? 1 : 0))
    await world.clock.pass(20_000)
    expect([ada.phase, ben.phase]).toEqual(['live', 'live'])
    expect(rang).toBe(0)
  })

  it('goes on ringing over a lost line, and stops after it when it is over meanwhile', async () => {
    const { world, ada, ben } = await ringing(7)
    ben.line.drop()
    await world.clock.pass(2000)
    expect(ben.state.incoming).toBeDefined()
    ben.line.connect()
    await world.clock.pass(5000)
    expect(ben.state.incoming).toBeDefined()
    ben.line.drop()
    ada.state.current!.leave()
    await world.clock.pass(2000)
    ben.line.connect()
    await world.clock.pass(5000)
    expect(ben.state.incoming).toBeUndefined()
  })
})

describe('a ring that nobody ends', () => {
  it('ends by itself, soon after the server would have ended it', async () => {
    const { world, ben } = await ringing(11)
    ben.line.drop()
    await world.clock.pass(33_000)
    expect(ben.state.incoming).toBeDefined()
    await world.clock.pass(3000)
    expect(ben.state.incoming).toBeUndefined()
  })
})

describe('the call of this window', () => {
  it('is found again after a reload', async () => {
    const world = new World(8)
    const [store, ada] = [new SimStore(), new Window(world, 'ada')]
    const ben = new Window(world, 'ben', 'ben', store)
    expect(ben.calls.resume()).toBeUndefined()
    ada.calls.start({ account: 'ben' })
    await world.clock.pass(500)
    ben.calls.accept()
    await world.clock.pass(2000)
    ben.line.drop()
    const again = new Window(world, 'ben', 'ben', store)
    again.calls.resume()
    await world.clock.pass(10_000)
    expect([ada.phase, again.phase]).toEqual(['live', 'live'])
    again.state.current!.leave()
    expect(store.keys()).toEqual([])
    expect(new Window(world, 'ben', 'ben', store).calls.resume()).toBeUndefined()
  })

  it('goes without the camera where it was accepted so: after a reload too, until the camera is turned on, and no other call', async () => {
    const world = new World(10)
    const [store, ada] = [new SimStore(), new Window(world, 'ada')]
    const ben = new Window(world, 'ben', 'ben', store)
    const camera = ({ media }: Window) => media.state.get().camera.on
    ada.calls.start({ account: 'ben' })
    await world.clock.pass(500)
    ben.calls.accept(true)
    await world.clock.pass(2000)
    expect([ben.phase, camera(ben)]).toEqual(['live', false])
    ben.line.drop()
    const again = new Window(world, 'ben', 'ben', store)
    again.calls.resume()
    await world.clock.pass(10_000)
    expect([again.phase, camera(again)]).toEqual(['live', false])
    again.media.setCamera(true)
    expect(callDrawer(store).read()?.withoutCamera).toBeUndefined()
    again.state.current!.leave()
    await world.clock.pass(2000)
    ada.calls.start({ account: 'ben' })
    await world.clock.pass(500)
    again.calls.accept()
    await world.clock.pass(2000)
    expect([again.phase, camera(again)]).toEqual(['live', true])
  })

  it('is left for another that is entered', async () => {
    const { world, ada, ben } = await ringing(9)
    ben.calls.accept()
    await world.clock.pass(2000)
    ben.calls.start({ account: 'eve' })
    await world.clock.pass(1000)
    expect(ada.state.current!.state.get().end?.reason).toBe('hangup')
    expect(ben.phase).toBe('ringing')
  })

  it('and what was told are forgotten when somebody else signs in', async () => {
    const { world, ada, ben } = await ringing(10)
    ben.calls.close()
    expect(ben.state).toEqual({ incoming: undefined, live: [], current: undefined })
    ada.calls.close()
    await world.clock.pass(1000)
    expect(world.server.call!.state).toBe('ended')
  })
})
