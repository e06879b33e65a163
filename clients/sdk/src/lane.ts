// One way in for media: the microphone or the camera. What is wanted stands apart from what is captured. Sans-IO.
//
// Only a person changes what is wanted; what fails, is pulled out or comes back does not. Whatever track is handed out carries the wish of
// the moment: a muted microphone stays muted when the device changes, is unplugged, or comes back. `enable` therefore always stands before
// `publish`.
import type { Source } from './rtc.ts'

export type Failure =
  | 'denied'
  /** Not by the browser: by the system below it. */
  | 'blocked'
  | 'missing'
  | 'busy'
  | 'insecure'
  | 'failed'

export type LaneInput<T> =
  /** Somebody has use for it, or nobody has. */
  | { kind: 'use'; using: boolean }
  | { kind: 'want'; on: boolean }
  /** For now, in place of what is wanted: push-to-talk, a call without camera. */
  | { kind: 'meanwhile'; on: boolean | undefined }
  | { kind: 'choose'; source: Partial<Source> }
  /** Whether to hold the device while off, so that it is back at once. */
  | { kind: 'hold'; hold: boolean }
  /** The devices of this kind that are there. */
  | { kind: 'devices'; present: readonly string[] }
  /** `device`: which one it truly is. */
  | { kind: 'captured'; track: T; device: string | undefined }
  | { kind: 'failed'; failure: Failure }
  /** The device went away. */
  | { kind: 'ended'; track: T }

export type LaneOutput<T> =
  | { kind: 'capture'; source: Source }
  | { kind: 'enable'; track: T; on: boolean }
  | { kind: 'publish'; track: T | null }
  | { kind: 'stop'; track: T }

export class Lane<T> {
  wanted = false
  chosen: Source = {}
  failure: Failure | undefined
  #using = false
  #meanwhile: boolean | undefined
  #hold = false
  #present: ReadonlySet<string> | undefined
  #track: T | null = null
  #device: string | undefined
  #from: Source | undefined
  #capturing: Source | undefined

  get track(): T | null {
    return this.#track
  }

  get capturing(): boolean {
    return this.#capturing !== undefined
  }

  get meanwhile(): boolean | undefined {
    return this.#meanwhile
  }

  /** It is wanted now, and nothing stands against it. */
  get on(): boolean {
    return this.#using && this.#wish && (this.failure === undefined || this.#track !== null)
  }

  /** Another device than the chosen one had to do. */
  get instead(): boolean {
    const { device } = this.chosen
    return this.#track !== null && device !== undefined && this.#device !== undefined && this.#device !== device
  }

  handle(input: LaneInput<T>): LaneOutput<T>[] {
    const outputs: LaneOutput<T>[] = []
    switch (input.kind) {
      case 'use':
        this.#using = input.using
        if (input.using) break
        this.#meanwhile = undefined
        this.#hold = false
        this.failure = undefined
        break
      case 'want':
        this.wanted = input.on
        this.#meanwhile = undefined
        this.#wished(outputs)
        break
      case 'meanwhile':
        this.#meanwhile = input.on
        this.#wished(outputs)
        break
      case 'choose':
        this.chosen = { ...this.chosen, ...input.source }
        this.failure = undefined
        break
      case 'hold':
        this.#hold = input.hold
        break
      case 'devices':
        this.#listed(new Set(input.present))
        break
      case 'captured':
        this.#captured(input.track, input.device, outputs)
        break
      case 'failed': {
        const asked = this.#capturing
        this.#capturing = undefined
        if (!asked || !same(asked, this.chosen) || !this.#needed) break
        this.failure = input.failure
        if (this.#track) this.#from = asked // the old one goes on
        break
      }
      case 'ended':
        if (this.#track !== input.track) break
        this.#track = null
        if (this.#present) this.#present = new Set([...this.#present].filter((one) => one !== this.#device))
        outputs.push({ kind: 'publish', track: null })
        break
    }
    this.#settle(outputs)
    return outputs
  }

  get #wish(): boolean {
    return this.#meanwhile ?? this.wanted
  }

  get #needed(): boolean {
    return this.#using && (this.#wish || (this.#hold && this.#track !== null))
  }

  #wished(outputs: LaneOutput<T>[]): void {
    if (this.#wish) this.failure = undefined
    if (this.#track) outputs.push({ kind: 'enable', track: this.#track, on: this.#wish })
  }

  #captured(track: T, device: string | undefined, outputs: LaneOutput<T>[]): void {
    const asked = this.#capturing
    this.#capturing = undefined
    if (!asked || !this.#needed || !same(asked, this.chosen)) return void outputs.push({ kind: 'stop', track })
    const before = this.#track
    this.#track = track
    this.#device = device
    this.#from = asked
    this.failure = undefined
    outputs.push({ kind: 'enable', track, on: this.#wish }, { kind: 'publish', track })
    if (before) outputs.push({ kind: 'stop', track: before })
  }

  #listed(present: ReadonlySet<string>): void {
    const before = this.#present
    this.#present = present
    if (!before) return
    const { device } = this.chosen
    // Before a device was allowed the list is empty: only what was missing from a list can have come back.
    if (device !== undefined && before.size > 0 && !before.has(device) && present.has(device) && this.#device !== device) this.#from = undefined
    const changed = before.size !== present.size || [...present].some((one) => !before.has(one))
    if (changed && present.size > 0 && this.failure !== 'insecure') this.failure = undefined
  }

  #settle(outputs: LaneOutput<T>[]): void {
    // Chromium gives a device that is held as it is held: whoever wants its sound treated otherwise lets go of it first.
    const otherwise = this.#from !== undefined && this.#from.noiseSuppression !== this.chosen.noiseSuppression
    if (this.#track && (!this.#needed || otherwise)) {
      outputs.push({ kind: 'publish', track: null }, { kind: 'stop', track: this.#track })
      this.#track = null
    }
    if (this.#capturing || !this.#needed || (this.failure !== undefined && !this.#track)) return
    if (this.#track && this.#from && same(this.#from, this.chosen)) return
    this.#capturing = this.chosen
    outputs.push({ kind: 'capture', source: this.chosen })
  }
}

const same = (one: Source, other: Source) => one.device === other.device && one.noiseSuppression === other.noiseSuppression
