import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { afterEach, describe, expect, it } from 'vitest'
import { Client } from '../src/client.ts'
import { choiceDrawer, outboxDrawer } from '../src/drawers.ts'
import type { Observable } from '../src/observable.ts'
import type { Outgoing } from '../src/outbox.ts'
import { SimClock } from './sim/clock.ts'
import { SimDevices } from './sim/devices.ts'
import { SimNet } from './sim/net.ts'
import { SimStore } from './sim/store.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const ada = { principal: { id: 'ada', kind: 'account', name: 'Ada' }, session: { id: 's', device: { id: 'd', name: '' }, createdAt: 0, seenAt: 0, current: true } }
const guest = { ...ada, principal: { id: 'grace', kind: 'guest', name: 'Grace' }, room: 'r' }
const tokens = { accessToken: 'a', accessExpiresAt: 0, refreshToken: 'r', refreshExpiresAt: 0 }

/** A server that knows who is signed in. */
class House {
  readonly http: HttpServer
  readonly io: Server
  who: object | undefined
  /** Hears, and answers nothing. */
  deaf = false
  readonly asked: { route: string; body: { device?: object } }[] = []

  constructor() {
    this.http = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      const route = `${request.method} ${request.url}`
      this.asked.push({ route, body: text === '' ? {} : JSON.parse(text) })
      if (route === 'POST /api/v1/session') this.who = ada
      if (route === 'POST /api/v1/guests') this.who = guest
      const { who } = this
      if (route === 'DELETE /api/v1/session') {
        this.who = undefined
        this.io.emit('session:ended', { reason: 'signed out' }) // before the answer
      }
      const problem = { type: '/problems/unauthenticated', title: '', status: 401, detail: '' }
      response.writeHead(who ? 200 : 401, { 'Content-Type': 'application/json' }).end(JSON.stringify(who ? { ...who, tokens } : problem))
    })
    this.io = new Server(this.http)
    this.io.on('connection', (socket) => {
      const call = { id: 'c', room: 'r', state: 'ringing', initiator: 'ada', startedAt: 0, duration: 0, media: {}, participants: [] }
      socket.on('call:initiate', (_, ack) => ack({ result: { call, participant: 'p', iceServers: [] } }))
      socket.on('call:leave', (body, ack) => {
        this.asked.push({ route: 'call:leave', body })
        if (!this.deaf) ack({ result: { call } })
      })
    })
  }

  async open(): Promise<string> {
    await new Promise<void>((done) => this.http.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`
  }
}

async function start(stores = { lasting: new SimStore(), window: new SimStore() }, house = new House()) {
  const url = await house.open()
  const clock = new SimClock()
  const rtc = new SimDevices(clock, new SimNet(clock), 'here')
  const client = new Client({ platform: clock, rtc, stores, fetch: (url, init) => fetch(url, init), url, deviceName: 'A test' })
  ends.push(() => house.io.close(), () => client.close())
  return { client, house, stores, clock }
}

const until = <T>(observable: Observable<T>, wanted: (value: T) => boolean) =>
  new Promise<T>((done) => {
    const stop = observable.watch(look)
    function look() {
      if (!wanted(observable.get())) return
      stop()
      done(observable.get())
    }
    look()
  })

const unsent = (text: string): Outgoing => ({ requestId: text, text, at: 0, state: 'waiting' })

describe('a client', () => {
  it('knows that nobody is signed in, signs in on its device, and connects', async () => {
    const { client, house, stores } = await start()
    await client.start()
    expect(client.session.state.get()).toEqual({ kind: 'out' })
    await client.session.signIn('ada', 'a few good words')
    expect(client.session.state.get()).toMatchObject({ kind: 'in', person: { name: 'Ada' } })
    await until(client.link.state, ({ up }) => up)
    expect(house.asked.at(-1)!.body.device).toEqual({ name: 'A test' })
    expect(stores.lasting.get('tokens'), 'the cookie is enough').toBeUndefined()
  })

  it('is the same device at the next time', async () => {
    const { client, house } = await start()
    await client.session.signIn('ada', 'a few good words')
    await client.session.signOut()
    await client.session.signIn('ada', 'a few good words')
    expect(house.asked.at(-1)!.body.device).toEqual({ id: 'd', name: 'A test' })
  })

  it('says which device it is on every way in', async () => {
    const { client, house } = await start()
    await client.session.signIn('ada', 'a few good words')
    await client.session.signInByLink('token')
    await client.session.acceptInvitation('token', { login: 'ada', name: 'Ada', password: 'a few good words' })
    await client.session.enterAsGuest('link', 'Ada')
    const ways = house.asked.filter(({ body }) => body.device)
    expect(ways.map(({ route, body }) => [route.replace('POST /api/v1/', ''), (body.device as { id?: string }).id])).toEqual([
      ['session', undefined],
      ['session/link', 'd'],
      ['invitations/accept', 'd'],
      ['guests', 'd'],
    ])
  })

  it('knows after a reload who it is, and to which room a guest belongs', async () => {
    const { client, house, stores } = await start()
    expect(await client.session.enterAsGuest('link', 'Grace')).toMatchObject({ room: 'r' })
    const after = new House()
    after.who = house.who
    const again = await start(stores, after)
    await again.client.start()
    expect(again.client.session.state.get()).toMatchObject({ kind: 'in', room: 'r' })
  })

  it.each([false, true])('leaves the call before the session ends, and waits a moment only where nobody answers: %s', async (deaf) => {
    const { client, house, clock } = await start()
    house.deaf = deaf
    await client.session.signIn('ada', 'a few good words')
    await until(client.link.state, ({ up }) => up)
    await until(client.calls.start({ account: 'ben' }).state, ({ call }) => call !== undefined)
    const out = client.session.signOut()
    if (deaf) {
      await clock.pass(1400)
      expect(client.session.state.get().kind).toBe('in')
      await clock.pass(100)
    }
    await out
    expect(house.asked.slice(-2).map(({ route }) => route)).toEqual(['call:leave', 'DELETE /api/v1/session'])
  })

  it('leaves nothing unsent behind when somebody signs out', async () => {
    const { client, stores } = await start()
    await client.session.signIn('ada', 'a few good words')
    await until(client.link.state, ({ up }) => up)
    outboxDrawer(stores.lasting, 'ada').write('r', [unsent('for nobody else')])
    await client.session.signOut()
    expect(client.session.state.get()).toEqual({ kind: 'out' })
    expect(client.link.state.get().up).toBe(false)
    expect(stores.lasting.keys()).toEqual(['device'])
  })

  it('says why a session ended by itself, and keeps what was not sent', async () => {
    const { client, house, stores } = await start()
    await client.session.signIn('ada', 'a few good words')
    await until(client.link.state, ({ up }) => up)
    outboxDrawer(stores.lasting, 'ada').write('r', [unsent('later')])
    house.io.emit('session:ended', { reason: 'password changed' })
    expect(await until(client.session.state, ({ kind }) => kind === 'out')).toMatchObject({ why: { detail: 'password changed' } })
    expect(outboxDrawer(stores.lasting, 'ada').read('r')).toMatchObject([{ text: 'later' }])
  })

  it('opens a room once for all who hold it', async () => {
    const { client } = await start()
    const [one, two] = [client.rooms.hold('r'), client.rooms.hold('r')]
    expect(two.room).toBe(one.room)
    one.release()
    one.release()
    expect(client.rooms.hold('r').room).toBe(two.room)
    two.release()
  })
})

describe('what outlives a reload', () => {
  it('is kept for each person and room, in the order of saying', () => {
    const store = new SimStore()
    outboxDrawer(store, 'ada').write('r', [{ ...unsent('two'), at: 2 }, { ...unsent('one'), at: 1 }])
    expect(outboxDrawer(store, 'ada').read('r').map(({ text }) => text)).toEqual(['one', 'two'])
    expect(outboxDrawer(store, 'ada').read('other')).toEqual([])
    expect(outboxDrawer(store, 'ben').read('r')).toEqual([])
  })

  it('is not overwritten by another window', () => {
    const store = new SimStore()
    const [one, two] = [outboxDrawer(store, 'ada'), outboxDrawer(store, 'ada')]
    one.read('r')
    two.read('r')
    one.write('r', [unsent('of one')])
    two.write('r', [unsent('of two')])
    two.write('r', [])
    expect(outboxDrawer(store, 'ada').read('r').map(({ text }) => text)).toEqual(['of one'])
  })

  it('may be of another version', () => {
    const store = new SimStore()
    store.set('media', '{')
    expect(choiceDrawer({ lasting: store, window: new SimStore() }).read()).toEqual({ microphone: true, camera: true, noiseSuppression: true })
  })

  it('keeps whoever muted in this window muted after its reload, whatever another window chose since', () => {
    const lasting = new SimStore()
    const [mine, other] = [{ lasting, window: new SimStore() }, { lasting, window: new SimStore() }]
    choiceDrawer(mine).write({ microphone: false, camera: true })
    choiceDrawer(other).write({ microphone: true, camera: false })
    expect(choiceDrawer(mine).read().microphone).toBe(false)
    expect(choiceDrawer({ lasting, window: new SimStore() }).read()).toMatchObject({ microphone: true, camera: false })
  })
})
