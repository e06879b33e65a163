// One way in for media: the microphone or the camera. What is wanted, what is there, and what to do next. Sans-IO.
//
// Whatever track is handed out carries the wish of the moment: a muted microphone stays muted when the device changes, is unplugged, or
// comes back. `enable` therefore always stands before `publish`.

export type Failure = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed'

export type LaneInput<T> =
  | { kind: 'want'; on: boolean }
  | { kind: 'choose'; device: string | undefined }
  /** Whether to hold the device while off, so that it is back at once. */
  | { kind: 'hold'; hold: boolean }
  | { kind: 'captured'; track: T }
  | { kind: 'failed'; failure: Failure }
  /** The device went away. */
  | { kind: 'ended'; track: T }

export type LaneOutput<T> =
  | { kind: 'capture'; device: string | undefined }
  | { kind: 'enable'; track: T; on: boolean }
  | { kind: 'publish'; track: T | null }
  | { kind: 'stop'; track: T }

export class Lane<T> {
  on = false
  device: string | undefined
  failure: Failure | undefined
  #hold = false
  #track: T | null = null
  #from: string | undefined
  #capturing: { device: string | undefined } | undefined

  get track(): T | null {
    return this.#track
  }

  get capturing(): boolean {
    return this.#capturing !== undefined
  }

  handle(input: LaneInput<T>): LaneOutput<T>[] {
    const outputs: LaneOutput<T>[] = []
    switch (input.kind) {
      case 'want':
        this.on = input.on
        if (input.on) this.failure = undefined
        if (this.#track) outputs.push({ kind: 'enable', track: this.#track, on: this.on })
        break
      case 'choose':
        this.device = input.device
        break
      case 'hold':
        this.#hold = input.hold
        break
      case 'captured': {
        const asked = this.#capturing
        this.#capturing = undefined
        if (!asked || !this.#needed || asked.device !== this.device) {
          outputs.push({ kind: 'stop', track: input.track })
          break
        }
        const before = this.#track
        this.#track = input.track
        this.#from = asked.device
        outputs.push({ kind: 'enable', track: input.track, on: this.on }, { kind: 'publish', track: input.track })
        if (before) outputs.push({ kind: 'stop', track: before })
        break
      }
      case 'failed': {
        const asked = this.#capturing
        this.#capturing = undefined
        if (!asked || asked.device !== this.device || !this.#needed) break
        this.failure = input.failure
        if (this.#track) this.device = this.#from // the old one goes on
        else this.on = false
        break
      }
      case 'ended':
        if (this.#track !== input.track) break
        this.#track = null
        this.device = undefined // any other
        outputs.push({ kind: 'publish', track: null })
        break
    }
    this.#settle(outputs)
    return outputs
  }

  get #needed(): boolean {
    return this.on || (this.#hold && this.#track !== null)
  }

  #settle(outputs: LaneOutput<T>[]): void {
    if (this.#track && !this.#needed) {
      outputs.push({ kind: 'publish', track: null }, { kind: 'stop', track: this.#track })
      this.#track = null
    }
    if (this.#capturing || !this.#needed || this.failure !== undefined && !this.#track) return
    if (this.#track && this.#from === this.device) return
    this.#capturing = { device: this.device }
    outputs.push({ kind: 'capture', device: this.device })
  }
}
