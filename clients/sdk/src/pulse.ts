// A beat over a data channel, both ways: whether the other side is there, sooner than ICE would say.
import type { Clock } from './platform.ts'
import type { Channel } from './rtc.ts'

const BEAT = 400
/** Four beats. */
const SILENCE = 1700
/** A window in the background beats once a second only. */
const SLOW_BEAT = 700
const SLOW_SILENCE = 3500

export const pulseChannel = { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 }

export class Pulse {
  readonly #channel: Channel
  readonly #clock: Clock
  readonly #tell: (felt: boolean) => void
  /** Nothing until the first beat: whoever has no pulse is not missed. */
  #last: number | undefined
  #silence = SILENCE
  #felt = true
  #stop: (() => void) | undefined

  constructor(channel: Channel, clock: Clock, tell: (felt: boolean) => void) {
    this.#channel = channel
    this.#clock = clock
    this.#tell = tell
    channel.onmessage = () => this.#hear()
    this.#beat()
  }

  close(): void {
    this.#stop?.()
    this.#channel.onmessage = null
    this.#channel.close()
  }

  #beat(): void {
    if (this.#channel.readyState === 'open') this.#channel.send('.')
    if (this.#last !== undefined && this.#clock.now() - this.#last > this.#silence) this.#set(false)
    this.#stop = this.#clock.after(BEAT, () => this.#beat())
  }

  #hear(): void {
    const now = this.#clock.now()
    if (this.#last !== undefined) this.#silence = now - this.#last > SLOW_BEAT ? SLOW_SILENCE : SILENCE
    this.#last = now
    this.#set(true)
  }

  #set(felt: boolean): void {
    if (felt === this.#felt) return
    this.#felt = felt
    this.#tell(felt)
  }
}
