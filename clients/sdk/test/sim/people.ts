// Two people on their devices, in calls over one small server.
import { CallSession } from '../../src/call-session.ts'
import type { CallTarget } from '../../src/call-words.ts'
import { LocalMedia, type MediaChoices } from '../../src/local-media.ts'
import type { Track } from '../../src/rtc.ts'
import { SimClock } from './clock.ts'
import { SimDevices } from './devices.ts'
import { SimNet } from './net.ts'
import type { SimLine } from './line.ts'
import { SimServer } from './server.ts'

export class World {
  readonly clock: SimClock
  readonly net: SimNet
  readonly server: SimServer

  constructor(seed: number) {
    this.clock = new SimClock(seed)
    this.net = new SimNet(this.clock)
    this.server = new SimServer(this.clock)
  }
}

export class Person {
  readonly name: string
  readonly #world: World
  line!: SimLine
  devices!: SimDevices
  media!: LocalMedia
  session: CallSession | undefined
  #choices: MediaChoices = { microphone: true, camera: true }

  constructor(world: World, name: string) {
    this.#world = world
    this.name = name
    this.open()
  }

  /** A fresh page. */
  open(): void {
    const { server, clock, net } = this.#world
    this.line = server.line(this.name)
    this.devices = new SimDevices(clock, net, this.name)
    this.media = new LocalMedia(this.devices, { read: () => this.#choices, write: (choices) => (this.#choices = choices) })
  }

  enter(target: CallTarget): void {
    const { line, devices: rtc, media } = this
    this.session = new CallSession({ line, platform: this.#world.clock, rtc, media }, { target, direct: true })
  }

  /** The page is loaded anew: whatever it had is gone without a word. */
  reload(): void {
    const call = this.#world.server.call?.id
    this.line.drop()
    for (const peer of this.devices.peers) peer.close()
    this.open()
    if (call !== undefined) this.enter({ call })
  }

  get phase(): string {
    return this.session?.state.get().phase ?? 'none'
  }

  get peer() {
    return this.devices.peers.findLast(({ closed }) => !closed)
  }

  /** What this person hears and sees. */
  get arriving(): { audio: Track | null; video: Track | null } {
    const { peer } = this
    return { audio: peer?.arriving('audio') ?? null, video: peer?.arriving('video') ?? null }
  }

  get sending(): { audio: Track | null; video: Track | null } {
    return { audio: this.media.outgoing('audio'), video: this.media.outgoing('video') }
  }
}
