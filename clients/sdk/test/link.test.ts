import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { afterEach, describe, expect, it } from 'vitest'
import { Link, type LinkOptions } from '../src/link.ts'
import type { LinkState } from '../src/line.ts'
import type { Clock } from '../src/platform.ts'
import { CarillonProblem, unanswered } from '../src/problem.ts'

const clock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** A Socket.IO server, of which tests say what it does. */
class Host {
  http!: HttpServer
  io!: Server
  port = 0
  connections = 0
  tokens: unknown[] = []
  /** The problem that the next connections hear. */
  refuse: { type: string; status: number }[] = []

  async open(): Promise<void> {
    this.http = createServer()
    this.io = new Server(this.http)
    this.io.use((socket, next) => {
      this.connections++
      this.tokens.push((socket.handshake.auth as { token?: string }).token)
      const problem = this.refuse.shift()
      next(problem && new Error(JSON.stringify({ title: 'no', detail: 'no', ...problem })))
    })
    this.io.on('connection', (socket) => {
      socket.on('room:send', ({ text }, ack) => {
        if (text === 'silence') return
        if (text === 'full') ack({ problem: { type: '/problems/direct-call-full', title: '', status: 409, detail: 'two' } })
        else ack({ result: { seq: 1, text } })
      })
    })
    await new Promise<void>((done) => this.http.listen(this.port, '127.0.0.1', done))
    this.port = (this.http.address() as AddressInfo).port
  }

  async kill(): Promise<void> {
    this.http.closeAllConnections()
    await this.io.close()
  }
}

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function start(options: Partial<LinkOptions> = {}): Promise<{ host: Host; link: Link }> {
  const host = new Host()
  await host.open()
  const link = new Link({ url: `http://127.0.0.1:${host.port}`, clock, ...options })
  ends.push(() => host.kill(), () => link.close())
  return { host, link }
}

const until = (link: Link, wanted: (state: LinkState) => boolean) =>
  new Promise<LinkState>((done) => {
    const look = () => {
      if (!wanted(link.state.get())) return
      stop()
      done(link.state.get())
    }
    const stop = link.state.watch(look)
    look()
  })
const up = ({ up }: LinkState) => up
const down = ({ up }: LinkState) => !up
const say = (link: Link, text: string, patience?: number) => link.ask('room:send', { room: 'r', requestId: 'q', text }, patience)

describe('the line', () => {
  it('asks, and hears the answer or the problem', async () => {
    const { link } = await start()
    await expect(say(link, 'too early')).rejects.toMatchObject({ kind: 'offline', passing: true })
    link.open()
    await until(link, up)
    expect(await say(link, 'hello')).toMatchObject({ seq: 1 })
    await expect(say(link, 'full')).rejects.toMatchObject({ word: 'direct-call-full', kind: 'conflict', passing: false })
    await expect(say(link, 'silence', 50)).rejects.toMatchObject({ kind: 'unknown', passing: true })
  })

  it('says that it is down when the server dies, leaves nothing unanswered, and is back when the server is', async () => {
    const { host, link } = await start()
    link.open()
    await until(link, up)
    const waiting = expect(say(link, 'silence')).rejects.toMatchObject({ kind: 'unknown' })
    await host.kill()
    await until(link, down)
    await waiting
    await host.open()
    await until(link, up)
    expect(await say(link, 'hello')).toMatchObject({ seq: 1 })
  })

  it('is back after the server hung up by its own word', async () => {
    const { host, link } = await start()
    link.open()
    await until(link, up)
    host.io.disconnectSockets()
    await until(link, down)
    await until(link, up)
    expect(host.connections).toBe(2)
  })

  it('begins anew when it is doubted', async () => {
    const { host, link } = await start()
    link.open()
    await until(link, up)
    link.doubt()
    await until(link, down)
    await until(link, up)
    expect(host.connections).toBe(2)
  })

  it('comes back at once when the network does', async () => {
    const { link } = await start()
    link.open()
    await until(link, up)
    link.network(false)
    await until(link, down)
    link.network(true)
    await until(link, up)
  })

  it('passes on what it is told', async () => {
    const { host, link } = await start()
    link.open()
    await until(link, up)
    const told = new Promise((done) => link.on('call:ended', done))
    host.io.emit('call:ended', { call: 'c', reason: 'hangup', duration: 3 })
    expect(await told).toEqual({ call: 'c', reason: 'hangup', duration: 3 })
  })

  it('stays away when the session is over, until somebody signs in', async () => {
    const { host, link } = await start()
    link.open()
    await until(link, up)
    host.io.emit('session:ended', { reason: 'signed out elsewhere' })
    expect(await until(link, ({ ended }) => ended !== undefined)).toMatchObject({ up: false, ended: { kind: 'unauthenticated' } })
    link.open()
    expect(await until(link, up)).not.toHaveProperty('ended')
    expect(host.connections).toBe(2)
  })

  it('stays away when it is not known', async () => {
    const { host, link } = await start()
    host.refuse = [{ type: '/problems/unauthenticated', status: 401 }]
    link.open()
    const { ended } = await until(link, ({ ended }) => ended !== undefined)
    expect(ended).toMatchObject({ kind: 'unauthenticated', detail: 'no' })
  })

  it('asks again where the refusal passes', async () => {
    const { host, link } = await start()
    host.refuse = [{ type: '/problems/again', status: 503 }]
    link.open()
    await until(link, up)
    expect(host.connections).toBe(2)
  })

  it('brings a fresh token to each connection', async () => {
    let number = 0
    const { host, link } = await start({ token: async () => `token${++number}` })
    host.refuse = [{ type: '/problems/token-expired', status: 401 }]
    link.open()
    await until(link, up)
    expect(host.tokens).toEqual(['token1', 'token2'])
  })

  it('waits for a token that cannot be had for the moment, rather than to come without', async () => {
    const busy = new CarillonProblem({ type: '/problems/again', title: '', status: 503, detail: '' })
    const problems = [busy, unanswered()]
    const { host, link } = await start({
      token: async () => {
        const problem = problems.shift()
        if (problem) throw problem
        return 'token'
      },
    })
    link.open()
    const { ended } = await until(link, ({ up, ended }) => up || ended !== undefined)
    expect(ended).toBeUndefined()
    expect(host.tokens).toEqual(['token'])
  })

  it('stays away when there is no token any more', async () => {
    const { host, link } = await start({ token: () => Promise.reject(new CarillonProblem({ type: '/problems/token-reused', title: '', status: 401, detail: '' })) })
    link.open()
    expect(await until(link, ({ ended }) => ended !== undefined)).toMatchObject({ ended: { word: 'token-reused' } })
    expect(host.tokens).toEqual([])
  })
})
