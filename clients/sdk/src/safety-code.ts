// A short code that both ends compute from the two DTLS fingerprints. Read aloud and compared, it shows that nobody sits in between.
import type { Platform } from './platform.ts'
import { fingerprintOf } from './sdp.ts'

const GROUPS = 5

/** Five groups of four digits: 66 bits. The same at both ends, whoever called. */
export async function safetyCode(platform: Pick<Platform, 'sha256'>, local: string, remote: string): Promise<string[] | undefined> {
  const prints = [fingerprintOf(local), fingerprintOf(remote)]
  if (prints.some((print) => print === undefined)) return undefined
  const digest = await platform.sha256(`carillon safety code\n${prints.sort().join('\n')}`)
  return Array.from({ length: GROUPS }, (_, group) => {
    // Four bytes for four digits: the remainder favours no code by more than a few in a million.
    const [a, b, c, d] = digest.subarray(group * 4, group * 4 + 4)
    return String((((a! * 256 + b!) * 256 + c!) * 256 + d!) % 10_000).padStart(4, '0')
  })
}
