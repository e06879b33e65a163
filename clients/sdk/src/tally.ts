// Statistics over all peer connections of a leg: what counts up goes on counting when a new one begins at zero. Sans-IO.
import type { Flow, Snapshot } from './wire.ts'

const COUNTS = ['bytesSent', 'bytesReceived', 'packetsSent', 'packetsReceived', 'packetsLost', 'framesDecoded'] as const
const KINDS = ['audio', 'video'] as const

type Counts = Partial<Record<(typeof COUNTS)[number], number>>

export class Tally {
  #before: Record<'audio' | 'video', Counts> = { audio: {}, video: {} }
  #last: Snapshot | undefined

  /** The peer connection is another one from here on. */
  renewed(): void {
    for (const kind of KINDS) if (this.#last?.[kind]) this.#before[kind] = this.#last[kind]
  }

  /** What it counted since it began, as what the leg counted. */
  add(snapshot: Snapshot): Snapshot {
    const sum = { ...snapshot }
    if (snapshot.audio) sum.audio = this.#sum('audio', snapshot.audio)
    if (snapshot.video) sum.video = this.#sum('video', snapshot.video)
    this.#last = { ...this.#last, ...sum }
    return sum
  }

  #sum<F extends Flow>(kind: 'audio' | 'video', flow: F): F {
    const sum: Counts & F = { ...flow }
    const last: Counts = this.#last?.[kind] ?? {}
    // Lost packets come back when they were only late: what was told stays told.
    for (const count of COUNTS) if (count in flow) sum[count] = Math.max((this.#before[kind][count] ?? 0) + (sum[count] ?? 0), last[count] ?? 0) as never
    return sum
  }
}
