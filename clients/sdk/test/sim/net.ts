// The network between peer connections: which of them hear each other, and since when they do not.
import type { SimClock } from './clock.ts'
import type { SimPeer } from './peer.ts'

const LOOK = 50
/** How long ICE looks before it says so: as browsers do. */
const DISCONNECTED = 5000
const FAILED = 15_000

export class SimNet {
  readonly #clock: SimClock
  readonly #peers = new Set<SimPeer>()
  /** Hosts that are cut off. */
  readonly cut = new Set<string>()

  constructor(clock: SimClock) {
    this.#clock = clock
    this.#look()
  }

  add(peer: SimPeer): void {
    this.#peers.add(peer)
  }

  /** Who is at the other end now. */
  other(peer: SimPeer): SimPeer | undefined {
    return [...this.#peers].find((one) => peer.speaksTo(one) && one.speaksTo(peer))
  }

  /** Whether a packet from one to the other arrives. */
  carries(from: SimPeer, to: SimPeer): boolean {
    return !from.closed && !to.closed && !this.cut.has(from.host) && !this.cut.has(to.host)
  }

  #look(): void {
    const now = this.#clock.now()
    for (const peer of this.#peers) {
      if (peer.closed) {
        this.#peers.delete(peer)
        continue
      }
      if (!peer.checking) continue
      const other = this.other(peer)
      if (other && this.carries(peer, other)) peer.hears(now, other)
      else if (now - peer.heardAt > FAILED) peer.become('failed')
      else if (now - peer.heardAt > DISCONNECTED && peer.connectionState === 'connected') peer.become('disconnected')
    }
    this.#clock.after(LOOK, () => this.#look())
  }
}
