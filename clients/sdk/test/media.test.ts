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

  it('the screen goes in place of the camera, until it is stopped by whoever shows it or by the browser', async () => {
    const desk = new Desk(5)
    desk.media.open()
    await desk.clock.pass(500)
    const camera = desk.media.outgoing('video')
    await desk.media.shareScreen()
    expect(desk.media.outgoing('video')!.contentHint).toBe('detail')
    desk.devices.captured.at(-1)!.unplug()
    expect(desk.media.outgoing('video')).toBe(camera)
  })
})

type Step =
  | { kind: 'microphone'; on: boolean }
  | { kind: 'hold'; on: boolean }
  | { kind: 'camera'; on: boolean }
  | { kind: 'choose'; device: 'mic1' | 'mic2' }
  | { kind: 'unplug'; device: 'mic1' | 'mic2' }
  | { kind: 'plug'; device: 'mic1' | 'mic2' }
  | { kind: 'pass'; milliseconds: number }

const device = fc.constantFrom('mic1' as const, 'mic2' as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('microphone' as const), on: fc.boolean() }),
  fc.record({ kind: fc.constant('hold' as const), on: fc.boolean() }),
  fc.record({ kind: fc.constant('camera' as const), on: fc.boolean() }),
  fc.record({ kind: fc.constant('choose' as const), device }),
  fc.record({ kind: fc.constant('unplug' as const), device }),
  fc.record({ kind: fc.constant('plug' as const), device }),
  fc.record({ kind: fc.constant('pass' as const), milliseconds: fc.integer({ min: 0, max: 400 }) }),
)

describe('whatever happens to the devices', () => {
  it('what goes out carries the wish of the moment, and what does not is stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(step, { maxLength: 40, size: 'max' }), async (seed, steps) => {
        const desk = new Desk(seed)
        const { media, devices, clock } = desk
        let loud = 0
        // Whoever sends reads it at this moment: a single loud frame of a muted microphone is one too many.
        media.state.watch(() => {
          const track = media.outgoing('audio')
          if (track?.enabled && !media.state.get().microphone.on) loud++
        })
        media.open()
        for (const step of steps) {
          if (step.kind === 'pass') await clock.pass(step.milliseconds)
          else if (step.kind === 'microphone') media.setMicrophone(step.on)
          else if (step.kind === 'camera') media.setCamera(step.on)
          else if (step.kind === 'hold') media.hold(step.on)
          else if (step.kind === 'choose') media.chooseMicrophone(step.device)
          else if (step.kind === 'unplug') devices.unplug(step.device)
          else devices.plug({ id: step.device, kind: 'audioinput', label: '' })
          const track = media.outgoing('audio')
          if (track) expect(track.enabled).toBe(desk.state.microphone.on)
        }
        await clock.pass(2000)
        expect(loud).toBe(0)
        const out = [media.outgoing('audio'), media.outgoing('video')]
        for (const track of devices.captured) expect(track.readyState === 'live').toBe(out.includes(track as SimTrack))
        const { microphone } = desk.state
        if (microphone.on) expect(out[0]).not.toBeNull()
      }),
      { numRuns: Number(process.env['RUNS'] ?? 500) },
    )
  })
})
