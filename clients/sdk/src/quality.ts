// How good the connection is, in a word that people understand, and why. Sans-IO.
import type { Uplink } from './stats.ts'
import type { Flow, Snapshot } from './wire.ts'

export type QualityWord = 'unknown' | 'good' | 'fair' | 'poor'
export type QualityCause = 'uplink' | 'loss' | 'delay' | 'jitter'

export interface Quality {
  word: QualityWord
  /** What makes it less than good. */
  cause?: QualityCause
}

/** From where on it is fair, and poor: what ITU-T G.114 and the codecs' loss concealment bear. */
const LIMITS: Record<QualityCause, readonly [fair: number, poor: number]> = {
  uplink: [0.03, 0.1],
  loss: [0.03, 0.1],
  delay: [0.3, 0.6],
  jitter: [0.04, 0.1],
}
/** Bits a second below which a picture suffers, and below which sound does. */
const ROOM = [250_000, 100_000] as const
const ORDER: readonly QualityWord[] = ['good', 'fair', 'poor']

/** Of the time between two snapshots of one peer connection. */
export function qualityOf(before: Snapshot | undefined, now: Snapshot, uplink: Uplink = { loss: 0 }): Quality {
  if (!before || !now.audio) return { word: 'unknown' }
  const figures: Record<QualityCause, number> = {
    uplink: Math.max(uplink.loss, narrowness(uplink.room)),
    loss: Math.max(lossOf(before.audio, now.audio), lossOf(before.video, now.video)),
    delay: now.rtt ?? 0,
    jitter: now.audio.jitter,
  }
  let quality: Quality = { word: 'good' }
  for (const cause of Object.keys(LIMITS) as QualityCause[]) {
    const [fair, poor] = LIMITS[cause]
    const word = figures[cause] >= poor ? 'poor' : figures[cause] >= fair ? 'fair' : 'good'
    if (ORDER.indexOf(word) > ORDER.indexOf(quality.word)) quality = { word, cause }
  }
  return quality
}

/** As a loss that is felt alike. */
function narrowness(room = Infinity): number {
  const [fair, poor] = LIMITS.uplink
  return room < ROOM[1] ? poor : room < ROOM[0] ? fair : 0
}

function lossOf(before: Flow | undefined, now: Flow | undefined): number {
  if (!before || !now) return 0
  const lost = Math.max(0, now.packetsLost - before.packetsLost)
  const received = Math.max(0, now.packetsReceived - before.packetsReceived)
  return lost + received < 20 ? 0 : lost / (lost + received)
}
