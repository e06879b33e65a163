import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LocalMedia, type MediaChoices } from '../src/local-media.ts'
import { SimClock } from './sim/clock.ts'
import { SimDevices, SimTrack } from './sim/devices.ts'
import { SimNet } from './sim/net.ts'

class Desk {
  readonly clock: SimClock
  readonly devices: SimDevices
  choices: MediaChoices = { microphone: true, camera: true }
  readonly media: LocalMedia

  constructor(seed: number) {
    this.clock = new SimClock(seed)
    this.devices = new SimDevices(this.clock, new SimNet(this.clock), 'desk')
    this.media = new LocalMedia(this.devices, { read: () => this.choices, write: (choices) => (this.choices = choices) })
  }

  get state() {
    return this.media.state.get()
  }
}

describe('microphone and camera', () => {
  it('are taken as they were left, and let go', async () => {
    const desk = new Desk(1)
    desk.choices = { microphone: false, camera: true, cameraDevice: 'cam2' }
    const media = new LocalMedia(desk.devices, { read: () => desk.choices, write: () => {} })
    const release = media.open()
    await desk.clock.pass(500)
    expect(media.outgoing('audio')).toBeNull()
    expect(media.outgoing('video')!.getSettings().deviceId).toBe('cam2')
    release()
    expect(media.outgoing('video')).toBeNull()
    expect(desk.devices.captured.every(({ readyState }) => readyState === 'ended')).toBe(true)
  })

  it('of two that hold them, the last one lets go', async () => {
    const desk = new Desk(2)
    const lobby = desk.media.open()
    await desk.clock.pass(500)
    const track = desk.media.outgoing('audio')
    const call = desk.media.open()
    lobby()
    await desk.clock.pass(500)
    expect(desk.media.outgoing('audio')).toBe(track)
    call()
    expect(desk.media.outgoing('audio')).toBeNull()
  })

  it('say why they are not there, and can be asked again', async () => {
    const desk = new Desk(3)
    desk.devices.unplug('cam1')
    desk.devices.unplug('cam2')
    desk.media.open()
    await desk.clock.pass(500)
    expect(desk.state.camera).toMatchObject({ on: false, failure: 'missing' })
    expect(desk.state.microphone.on).toBe(true)
    desk.devices.plug({ id: 'cam3', kind: 'videoinput', label: '' })
    desk.media.setCamera(true)
    await desk.clock.pass(500)
    expect(desk.media.outgoing('video')!.getSettings().deviceId).toBe('cam3')
  })

  it('a muted microphone stays muted when another takes its place', async () => {
    const desk = new Desk(6)
    desk.media.open()
    desk.media.hold(true)
    await desk.clock.pass(500)
    desk.media.setMicrophone(false)
    desk.media.chooseMicrophone('mic2')
    await desk.clock.pass(500)
    const track = desk.media.outgoing('audio')!
    expect([track.getSettings().deviceId, track.enabled]).toEqual(['mic2', false])
    desk.media.setMicrophone(true)
    expect(track.enabled).toBe(true)
  })

  it('another takes over when one is pulled out', async () => {
    const desk = new Desk(4)
    desk.media.open()
    await desk.clock.pass(500)
    desk.devices.unplug('mic1')
    await desk.clock.pass(500)
    expect(desk.media.outgoing('audio')!.getSettings().deviceId).toBe('mic2')
  })

  it('the one that was chosen is taken again when it comes back, and until then it is said which one is missed', async () => {
    const desk = new Desk(7)
    desk.media.open()
    await desk.clock.pass(500)
    desk.media.chooseMicrophone('mic2')
    await desk.clock.pass(500)
    desk.devices.unplug('mic2')
    await desk.clock.pass(500)
    expect(desk.state.microphone).toMatchObject({ on: true, device: 'mic1', insteadOf: 'Microphone 2' })
    expect(desk.choices.microphoneDevice).toBe('mic2')
    desk.devices.plug({ id: 'mic2', kind: 'audioinput', label: 'Microphone 2' })
    await desk.clock.pass(500)
    expect(desk.state.microphone).toMatchObject({ on: true, device: 'mic2', insteadOf: undefined })
  })

  it('the only one comes back by itself, as it was wanted', async () => {
    const desk = new Desk(8)
    desk.devices.unplug('cam2')
    desk.media.open()
    await desk.clock.pass(500)
    desk.devices.unplug('cam1')
    await desk.clock.pass(500)
    expect(desk.state.camera).toMatchObject({ on: false, failure: 'missing' })
    expect(desk.choices.camera).toBe(true)
    desk.devices.plug({ id: 'cam1', kind: 'videoinput', label: '' })
    await desk.clock.pass(500)
    expect(desk.state.camera).toMatchObject({ on: true, failure: undefined })
  })

  it('a speaker that is gone is not played to', async () => {
    const desk = new Desk(9)
    desk.devices.plug({ id: 'loud', kind: 'audiooutput', label: 'Loud' })
    desk.devices.plug({ id: 'built in', kind: 'audiooutput', label: 'Built in' })
    desk.media.open()
    desk.media.chooseSpeaker('loud')
    await desk.clock.pass(500)
    expect(desk.state.speaker).toBe('loud')
    desk.devices.unplug('loud')
    await desk.clock.pass(500)
    expect(desk.state.speaker).toBeUndefined()
    expect(desk.choices.speaker).toBe('loud')
  })

  it('noise is suppressed unless somebody wants it otherwise, which is remembered', async () => {
    const desk = new Desk(10)
    desk.media.open()
    await desk.clock.pass(500)
    const suppressed = () => (desk.media.outgoing('audio') as SimTrack).noiseSuppression
    expect(suppressed()).toBe(true)
    desk.media.setNoiseSuppression(false)
    await desk.clock.pass(500)
    expect([suppressed(), desk.state.noiseSuppression]).toEqual([false, false])
    const again = new LocalMedia(desk.devices, { read: () => desk.choices, write: () => {} })
    again.open()
    await desk.clock.pass(500)
    expect((again.outgoing('audio') as SimTrack).noiseSuppression).toBe(false)
  })

  it('whoever is muted is heard while a key is held, and is muted after it', async () => {
    const desk = new Desk(11)
    desk.choices = { microphone: false, camera: false }
    const media = new LocalMedia(desk.devices, { read: () => desk.choices, write: (choices) => (desk.choices = choices) })
    media.open()
    media.hold(true)
    media.talk(true)
    await desk.clock.pass(500)
    expect(media.state.get()).toMatchObject({ talking: true, microphone: { on: true } })
    expect(media.outgoing('audio')!.enabled).toBe(true)
    media.talk(false)
    expect(media.state.get()).toMatchObject({ talking: false, microphone: { on: false } })
    expect(media.outgoing('audio')!.enabled).toBe(false)
    expect(desk.choices.microphone).toBe(false)
  })

  it('the screen goes beside the camera, until it is stopped by whoever shows it or by the browser', async () => {
    const desk = new Desk(5)
    desk.media.open()
    await desk.clock.pass(500)
    const camera = desk.media.outgoing('video')
    await desk.media.shareScreen()
    expect(desk.media.outgoing('screen')!.contentHint).toBe('detail')
    expect(desk.media.outgoing('video')).toBe(camera)
    desk.devices.captured.at(-1)!.unplug()
    expect(desk.media.outgoing('screen')).toBeNull()
  })
})

type Mic = 'mic1' | 'mic2' | 'mic3'
type Step =
  | { kind: 'microphone' | 'camera' | 'talk' | 'hold' | 'denied' | 'noise'; on: boolean }
  | { kind: 'choose' | 'unplug' | 'plug'; device: Mic }
  | { kind: 'reload' | 'reconnect' | 'look away' }
  | { kind: 'pass'; milliseconds: number }

const device = fc.constantFrom<Mic>('mic1', 'mic2', 'mic3')
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('microphone' as const, 'camera' as const, 'talk' as const, 'hold' as const, 'denied' as const, 'noise' as const), on: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('choose' as const, 'unplug' as const, 'plug' as const), device }),
  fc.record({ kind: fc.constantFrom('reload' as const, 'reconnect' as const, 'look away' as const) }),
  fc.record({ kind: fc.constant('pass' as const), milliseconds: fc.integer({ min: 0, max: 400 }) }),
)

/** Somebody at a desk: what they said that they want, and whether anything was ever sent against it. */
class Somebody {
  readonly desk: Desk
  wants: MediaChoices = { microphone: true, camera: true }
  loud = 0
  #media!: LocalMedia
  #talking = false
  #release: () => void = () => {}

  constructor(seed: number) {
    this.desk = new Desk(seed)
    this.desk.choices = this.wants
    this.#come()
  }

  get media(): LocalMedia {
    return this.#media
  }

  do(step: Step): Promise<void> | void {
    const { media } = this
    switch (step.kind) {
      case 'pass':
        return this.desk.clock.pass(step.milliseconds)
      case 'microphone':
        this.#talking = false
        this.wants = { ...this.wants, microphone: step.on }
        return media.setMicrophone(step.on)
      case 'camera':
        this.wants = { ...this.wants, camera: step.on }
        return media.setCamera(step.on)
      case 'noise':
        this.wants = { ...this.wants, noiseSuppression: step.on }
        return media.setNoiseSuppression(step.on)
      case 'choose':
        this.wants = { ...this.wants, microphoneDevice: step.device }
        return media.chooseMicrophone(step.device)
      case 'talk':
        this.#talking = step.on
        return media.talk(step.on)
      case 'hold':
        return media.hold(step.on)
      case 'denied':
        this.desk.devices.denied = step.on
        return
      case 'unplug':
        return this.desk.devices.unplug(step.device)
      case 'plug':
        return this.desk.devices.plug({ id: step.device, kind: 'audioinput', label: '' })
      case 'reconnect': // another peer connection reads what goes out
        return this.check()
      case 'look away':
        this.#release()
        this.#talking = false
        this.#release = media.open()
        return
      case 'reload':
        this.#release()
        return this.#come()
    }
  }

  /** Whoever sends reads it at this moment: a single loud frame of a muted microphone is one too many. */
  check(): void {
    const track = this.#media.outgoing('audio')
    if (track?.enabled && !this.wants.microphone && !this.#talking) this.loud++
    if (track && track.enabled !== (this.wants.microphone || this.#talking)) this.loud++
    expect(this.desk.choices).toEqual(this.wants)
  }

  #come(): void {
    const { devices } = this.desk
    this.#talking = false
    const media = new LocalMedia(devices, { read: () => this.desk.choices, write: (choices) => (this.desk.choices = choices) })
    this.#media = media
    media.state.watch(() => {
      const track = media.outgoing('audio')
      // What is being said is taken in after it was remembered.
      if (track?.enabled && !this.desk.choices.microphone && !media.state.get().talking) this.loud++
    })
    this.#release = media.open()
  }
}

describe('whatever happens to devices, pages and permissions', () => {
  it('nothing is sent against what somebody wants, and nobody’s wishes change by themselves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(step, { maxLength: 60, size: 'max' }), async (seed, steps) => {
        const somebody = new Somebody(seed)
        const { desk } = somebody
        for (const step of steps) {
          await somebody.do(step)
          somebody.check()
        }
        desk.devices.denied = false
        desk.devices.plug({ id: 'mic4', kind: 'audioinput', label: '' })
        await desk.clock.pass(2000)
        somebody.check()
        expect(somebody.loud).toBe(0)
        const { media } = somebody
        const out = [media.outgoing('audio'), media.outgoing('video')]
        for (const track of desk.devices.captured) expect(track.readyState === 'live').toBe(out.includes(track))
        if (somebody.wants.microphone) expect(out[0]).not.toBeNull()
      }),
      { numRuns: Number(process.env['RUNS'] ?? 500) },
    )
  })
})
