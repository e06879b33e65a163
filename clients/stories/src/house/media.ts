// What arrives in a page: pictures that were decoded and sound that has energy.
import type { Page } from 'puppeteer-core'

import { until } from './wait.ts'

export interface Media {
  /** Decoded until now. */
  frames: number
  /** Of all that was heard until now (W3C webrtc-stats, totalAudioEnergy). */
  energy: number
  /** Heard until now, silence included: 48,000 a second. */
  samples: number
  audioPackets: number
  videoPackets: number
  lost: number
  /** Peer connections that are open. */
  connections: number
  /** ICE credentials (RFC 8839, ice-ufrag) that they had until now: one more for each restart of ICE. */
  credentials: number
  states: string[]
  pairs: { local?: string; remote?: string; rtt?: number }[]
  /** Milliseconds from the other's camera or microphone to here; Chromium says so. */
  delays: { audio?: number; video?: number }
}

export const media = (page: Page) => page.evaluate('story.media()') as Promise<Media>

/** Bytes on the page's WebSockets until now, and how many of those sent were statistics. */
export const wire = (page: Page) => page.evaluate('story.wire()') as Promise<{ sent: number; received: number; statistics: number }>

export interface Sent {
  kind: 'audio' | 'video'
  asked: MediaTrackConstraints
  got: MediaTrackSettings
  encodings: { maxBitrate?: number; maxFramerate?: number }[]
}

/** What the page sends: as it was asked of the device, as it came, and how the connection bounds it. */
export const sending = (page: Page) => page.evaluate('story.sending()') as Promise<Sent[]>

/** Waits until there are more pictures and more sound than there were. */
export async function flows(page: Page, before?: Media, within = 10_000): Promise<Media> {
  const start = before ?? (await media(page))
  const more = async () => {
    const now = await media(page)
    return now.frames > start.frames && now.energy > start.energy && now
  }
  const seen = async () => JSON.stringify(await media(page))
  return until('pictures and sound arrive', more, within).catch(async (late: Error) => {
    throw new Error(`${late.message}: first ${JSON.stringify(start)}, now ${await seen()}`)
  })
}

/** Energy a second that is nobody's: what a decoder rounds to one part in 32,768, squared. A voice is a thousand times above. */
export const SILENCE = 1e-8

/** Waits for a second of silence: what was under way when somebody muted has run out. */
export async function quiet(page: Page, within = 10_000): Promise<void> {
  let start = await media(page)
  let heard = 0
  const silent = async () => {
    const now = await media(page)
    const seconds = (now.samples - start.samples) / 48_000
    if (seconds < 1) return false
    heard = (now.energy - start.energy) / seconds
    start = now
    return heard < SILENCE
  }
  await until('a second of silence', silent, within).catch((late: Error) => {
    throw new Error(`${late.message}; heard last an energy of ${heard} a second`)
  })
}

/** Waits for a second of pictures without the least sound: where no microphone is sent there are no samples to look at. */
export async function unheard(page: Page, within = 10_000): Promise<void> {
  let start = await media(page)
  await until('pictures without sound', async () => {
    const now = await media(page)
    if (now.energy - start.energy >= SILENCE) start = now
    return now.frames - start.frames >= 20
  }, within)
}

/** Waits for two seconds of sound in which the picture stands: without a camera Firefox goes on with a black one each second. */
export async function still(page: Page, within = 10_000): Promise<void> {
  let start = await media(page)
  const stands = async () => {
    const now = await media(page)
    const over = now.samples - start.samples >= 2 * 48_000
    const [pictures, most] = [now.frames - start.frames, 3]
    if (pictures > most) start = now
    return over && pictures <= most
  }
  await until('the picture stands', stands, within)
}
