// Ids that a client makes: UUIDv7 (RFC 9562, section 5.7).
import type { Platform } from './platform.ts'

export function newId(platform: Pick<Platform, 'now' | 'random'>): string {
  const bytes = platform.random(16)
  let time = platform.now()
  for (let at = 5; at >= 0; at--) {
    bytes[at] = time % 256
    time = Math.floor(time / 256)
  }
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
