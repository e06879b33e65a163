// A short code that both ends compute from the two DTLS fingerprints. Read aloud and compared, it shows that nobody sits in between.
import type { Platform } from './platform.ts'
import { fingerprintOf } from './sdp.ts'

const GROUPS = 5

/** Why there is no code. */
export type SafetyFailure =
  /** The page is not secure: browsers give it no digests. */
  | 'insecure'
  /** An end names no certificate, or several: somebody may sit in between. */
  | 'doubtful'

export interface Safety {
  code?: readonly string[]
  failure?: SafetyFailure
}

/** Five groups of four digits: 66 bits. The same at both ends, whoever called. */
export async function safetyOf(platform: Pick<Platform, 'sha256'>, local: string, remote: string): Promise<Safety> {
  const prints = [fingerprintOf(local), fingerprintOf(remote)]
  if (prints.includes(undefined)) return { failure: 'doubtful' }
  const digest = await platform.sha256(`carillon safety code\n${prints.sort().join('\n')}`).catch(() => undefined)
  if (!digest) return { failure: 'insecure' }
  const code = Array.from({ length: GROUPS }, (_, group) => {
    // Four bytes for four digits: the remainder favours no code by more than a few in a million.
    const [a, b, c, d] = digest.subarray(group * 4, group * 4 + 4)
    return String((((a! * 256 + b!) * 256 + c!) * 256 + d!) % 10_000).padStart(4, '0')
  })
  return { code }
}
