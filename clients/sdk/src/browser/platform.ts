// A browser's time, chance, digests and network.
import type { Platform } from '../platform.ts'

export function browserPlatform(): Platform {
  return {
    now: steady(() => Date.now()),
    after(milliseconds, run) {
      const timer = setTimeout(run, milliseconds)
      return () => clearTimeout(timer)
    },
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    sha256: async (text) => new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
    mayBeHere: () => document.cookie.includes('__Host-carillon-here='),
    onNetwork(run) {
      const online = () => run(true)
      const offline = () => run(false)
      addEventListener('online', online)
      addEventListener('offline', offline)
      return () => {
        removeEventListener('online', online)
        removeEventListener('offline', offline)
      }
    },
  }
}

/** Goes on from where it was when the clock is set back: whoever waits until a time must not wait an hour longer. */
function steady(clock: () => number): () => number {
  let last = clock()
  let behind = 0
  return () => {
    const now = clock()
    behind += Math.max(0, last - now)
    last = now
    return now + behind
  }
}
