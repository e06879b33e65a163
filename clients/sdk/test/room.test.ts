import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outboxDrawer } from '../src/drawers.ts'
import { RoomSession } from '../src/room-session.ts'
import { SimClock } from './sim/clock.ts'
import type { SimLine } from './sim/line.ts'
import { ROOM, SimRoom } from './sim/room.ts'
import { SimStore } from './sim/store.ts'

class Reader {
  readonly clock: SimClock
  readonly server: SimRoom
  readonly store = new SimStore()
  line!: SimLine
  session!: RoomSession

  constructor(seed: number) {
    this.clock = new SimClock(seed)
    this.server = new SimRoom(this.clock)
    this.open()
  }

  open(): void {
    this.line = this.server.line('ada')
    const api = { log: async (_: string, range: { before?: number; limit?: number }) => this.server.page(range) }
    this.session = new RoomSession(ROOM, this.line, api, this.clock, outboxDrawer(this.store, 'ada'))
  }

  /** The page is loaded anew. */
  reload(): void {
    this.line.drop()
    this.open()
  }

  get state() {
    return this.session.state.get()
  }

  get texts(): string[] {
    return this.state.events.map(({ body }) => (body as { text: string }).text)
  }

  /** What is known is the server's, without a hole, to the end. */
  expectCurrent(): void {
    expect(this.state.current).toBe(true)
    expect(this.state.events).toEqual(this.server.log.slice(-this.state.events.length || Infinity))
    expect(this.state.events.at(-1)?.seq ?? 0).toBe(this.server.log.length)
  }
}

const said = (server: SimRoom) => server.log.filter(({ sender }) => sender === 'ada').map(({ body }) => (body as { text: string }).text)

describe('a room', () => {
  it('shows what is said at once as waiting, and then in its place', async () => {
    const ada = new Reader(1)
    ada.session.say('hello')
    expect(ada.state.outbox).toMatchObject([{ text: 'hello', state: 'waiting' }])
    await ada.clock.pass(1000)
    expect(ada.state.outbox).toEqual([])
    expect(ada.texts).toEqual(['hello'])
  })

  it('fetches what lies between when an event is missing', async () => {
    const ada = new Reader(2)
    await ada.clock.pass(1000)
    ada.server.mischief = 3 // all lost
    for (let number = 0; number < 12; number++) ada.server.post('ben', `${number}`)
    ada.server.mischief = 0
    ada.server.post('ben', 'last')
    await ada.clock.pass(2000)
    ada.expectCurrent()
    expect(ada.texts).toHaveLength(13)
  })

  it('asks again when the answer was full before the room', async () => {
    const ada = new Reader(12)
    await ada.clock.pass(1000)
    ada.server.mischief = 3
    ada.server.post('ben', 'unheard')
    ada.server.mischief = 0
    ada.server.full = 1
    ada.server.post('ben', 'last')
    await ada.clock.pass(3000)
    ada.expectCurrent()
    expect(ada.server.full).toBeLessThan(0)
  })

  it('finds by the heads what no event told', async () => {
    const ada = new Reader(3)
    await ada.clock.pass(1000)
    ada.server.mischief = 3
    ada.server.post('ben', 'unheard')
    await ada.clock.pass(26_000)
    expect(ada.texts).toEqual(['unheard'])
  })

  it('catches up when it is told that it lags', async () => {
    const ada = new Reader(8)
    await ada.clock.pass(1000)
    ada.server.lag(ada.line)
    for (let number = 0; number < 12; number++) ada.server.post('ben', `${number}`)
    await ada.clock.pass(2000)
    ada.expectCurrent()
    expect(ada.texts).toHaveLength(12)
    ada.server.post('ben', 'pushed again')
    await ada.clock.pass(100)
    expect(ada.texts.at(-1)).toBe('pushed again')
  })

  it('asks once for each message, one after the other', async () => {
    const ada = new Reader(9)
    await ada.clock.pass(1000)
    for (const text of ['one', 'two', 'three']) ada.session.say(text)
    await ada.clock.pass(2000)
    expect(ada.texts).toEqual(['one', 'two', 'three'])
    expect(ada.server.sent).toBe(3)
  })

  it('begins anew after the database was restored, and says again what it lost', async () => {
    const ada = new Reader(4)
    ada.server.post('ben', 'kept')
    await ada.clock.pass(1000)
    ada.session.say('lost with the disk')
    ada.server.mischief = 3 // acknowledged, and not seen
    while (ada.state.outbox[0]?.state !== 'sent') await ada.clock.pass(1)
    ada.server.mischief = 0
    ada.line.drop()
    ada.server.restore(1)
    ada.line.connect()
    await ada.clock.pass(2000)
    ada.expectCurrent()
    expect(ada.texts).toEqual(['kept', 'lost with the disk'])
  })

  it('pages back to the beginning', async () => {
    const ada = new Reader(5)
    for (let number = 0; number < 30; number++) ada.server.post('ben', `${number}`)
    await ada.clock.pass(1000)
    expect(ada.state.hasOlder).toBe(true)
    ada.session.older()
    await ada.clock.pass(100)
    expect(ada.state.hasOlder).toBe(false)
    expect(ada.texts).toEqual(Array.from({ length: 30 }, (_, number) => `${number}`))
  })

  it('keeps a message that cannot be sent until it is discarded or said again', async () => {
    const ada = new Reader(6)
    ada.session.say('')
    ada.session.say('after it')
    await ada.clock.pass(1000)
    expect(ada.state.outbox).toMatchObject([{ text: '', state: 'failed', problem: { kind: 'invalid' } }])
    expect(ada.texts).toEqual(['after it'])
    ada.session.discard(ada.state.outbox[0]!.requestId)
    expect(ada.state.outbox).toEqual([])
  })

  it('shows who types, and lets it fade', async () => {
    const ada = new Reader(7)
    ada.line.push('room:typing', { room: ROOM, member: 'ben' })
    await ada.clock.pass(100)
    expect(ada.state.typing).toEqual(['ben'])
    await ada.clock.pass(5000)
    expect(ada.state.typing).toEqual([])
  })
})

type Mishap = 'post' | 'say' | 'drop' | 'connect' | 'reload' | 'lag' | 'older' | 'mischief' | 'trouble' | 'calm' | 'restore'

async function suffer(ada: Reader, mishap: Mishap, number: number): Promise<void> {
  switch (mishap) {
    case 'post':
      return void ada.server.post('ben', `ben ${number}`)
    case 'say':
      return ada.session.say(`ada ${number}`)
    case 'drop':
      return ada.line.drop()
    case 'connect':
      return ada.line.connect()
    case 'reload':
      return ada.reload()
    case 'lag':
      return ada.server.lag(ada.line)
    case 'older':
      return ada.session.older()
    case 'mischief':
      ada.server.mischief = 0.8
      return
    case 'trouble':
      ada.server.trouble = 0.4
      return
    case 'calm':
      ada.server.mischief = ada.server.trouble = 0
      return
    case 'restore':
      // Every line ends when a database is restored: the server was down.
      ada.line.drop()
      ada.server.restore(number % 4)
      return ada.line.connect()
  }
}

const mishaps = (...kinds: Mishap[]) =>
  fc.array(fc.record({ after: fc.integer({ min: 0, max: 3000 }), mishap: fc.constantFrom<Mishap[]>('post', 'say', ...kinds) }), { maxLength: 40, size: 'max' })

async function live(ada: Reader, story: { after: number; mishap: Mishap }[]): Promise<string[]> {
  const texts: string[] = []
  for (const [number, { after, mishap }] of story.entries()) {
    await ada.clock.pass(after)
    await suffer(ada, mishap, number)
    if (mishap === 'say') texts.push(`ada ${number}`)
    const seqs = ada.state.events.map(({ seq }) => seq)
    expect(seqs, 'never a hole, never twice').toEqual(seqs.map((_, at) => seqs[0]! + at))
  }
  ada.server.mischief = ada.server.trouble = 0
  ada.line.connect()
  await ada.clock.pass(90_000)
  return texts
}

describe('whatever happens to the line, the pushes and the page', () => {
  it('nothing is missed, nothing is seen twice, and all that was said stands once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), mishaps('drop', 'connect', 'reload', 'lag', 'older', 'mischief', 'trouble', 'calm'), async (seed, story) => {
        const ada = new Reader(seed)
        const texts = await live(ada, story)
        ada.expectCurrent()
        expect(said(ada.server)).toEqual(texts)
        expect(ada.state.outbox).toEqual([])
        expect(ada.store.keys()).toEqual([])
      }),
      { numRuns: Number(process.env['RUNS'] ?? 300) },
    )
  })

  it('a restored database is taken over as it is, and nothing is said twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), mishaps('drop', 'connect', 'reload', 'restore', 'mischief'), async (seed, story) => {
        const ada = new Reader(seed)
        await live(ada, story)
        ada.expectCurrent()
        expect(new Set(said(ada.server)).size).toBe(said(ada.server).length)
        expect(ada.state.outbox).toEqual([])
      }),
      { numRuns: Number(process.env['RUNS'] ?? 200) },
    )
  })
})
