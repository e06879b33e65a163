// Statistics of a leg over all its streams and peer connections: what counts up goes on counting when a new one begins at zero. Sans-IO.
import type { Flow, Snapshot } from './wire.ts'

const KINDS = ['audio', 'video'] as const
/** The first of each tells whether a stream began anew; lost packets alone may also come back. */
const SIDES = [
  ['packetsReceived', 'bytesReceived', 'packetsLost', 'framesDecoded'],
  ['packetsSent', 'bytesSent'],
] as const

type Count = (typeof SIDES)[number][number]
type Counts = Partial<Record<Count, number>>

class Sum {
  #before: Counts = {}
  #last: Counts = {}
  #told: Counts = {}

  add<F extends Flow>(flow: F): F {
    const now: Counts = { ...flow }
    for (const side of SIDES) if ((now[side[0]] ?? 0) < (this.#last[side[0]] ?? 0)) this.#begin(side)
    this.#last = now
    const sum: Counts = {}
    for (const count of SIDES.flat()) {
      if (count in flow) sum[count] = Math.max((this.#before[count] ?? 0) + (now[count] ?? 0), this.#told[count] ?? 0)
    }
    this.#told = sum
    return { ...flow, ...sum }
  }

  renewed(): void {
    for (const side of SIDES) this.#begin(side)
    this.#last = {}
  }

  newLeg(): void {
    for (const count of SIDES.flat()) this.#before[count] = -(this.#last[count] ?? 0)
    this.#told = {}
  }

  #begin(side: readonly Count[]): void {
    for (const count of side) this.#before[count] = (this.#before[count] ?? 0) + (this.#last[count] ?? 0)
  }
}

export class Tally {
  readonly #sums = { audio: new Sum(), video: new Sum() }

  /** The peer connection is another one from here on. */
  renewed(): void {
    for (const kind of KINDS) this.#sums[kind].renewed()
  }

  /** The same peer connection, in another leg: that begins at zero. */
  newLeg(): void {
    for (const kind of KINDS) this.#sums[kind].newLeg()
  }

  /** What its streams counted since they began, as what the leg counted. */
  add(snapshot: Snapshot): Snapshot {
    const { audio, video } = snapshot
    return { ...snapshot, ...(audio && { audio: this.#sums.audio.add(audio) }), ...(video && { video: this.#sums.video.add(video) }) }
  }
}
