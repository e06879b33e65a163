// What goes to the other side: one audio and one video sender, whose tracks are exchanged without a word to the other.
import type { MediaKind, Peer, Sender, Stream, Track, Transceiver } from './rtc.ts'

const KINDS = ['audio', 'video'] as const
/** 720p30, as a home uplink bears it. */
const CAMERA = { maxBitrate: 1_200_000, maxFramerate: 30, prefer: 'maintain-framerate' }
/** Letters must stay legible: fewer frames rather than fewer pixels. */
const SCREEN = { maxBitrate: 1_500_000, maxFramerate: 15, prefer: 'maintain-resolution' }

export class Publishing {
  readonly #peer: Peer
  readonly #outgoing: (kind: MediaKind) => Track | null
  /** Says that sound and picture belong together. */
  readonly #stream: Stream

  constructor(peer: Peer, outgoing: (kind: MediaKind) => Track | null, stream: Stream) {
    this.#peer = peer
    this.#outgoing = outgoing
    this.#stream = stream
  }

  /** Both kinds, also while there is nothing to send: a device that comes later needs no negotiation. */
  offer(): void {
    for (const kind of KINDS) if (!this.#transceiver(kind)) this.#add(kind)
  }

  /** Joins what the other side offered. */
  async answer(): Promise<void> {
    for (const kind of KINDS) {
      const transceiver = this.#transceiver(kind)
      if (!transceiver || transceiver.direction === 'sendrecv') continue
      transceiver.direction = 'sendrecv'
      transceiver.sender.setStreams?.(this.#stream)
    }
    await this.update()
  }

  async update(): Promise<void> {
    for (const kind of KINDS) {
      const track = this.#outgoing(kind)
      const sender = (this.#transceiver(kind) ?? (track && this.#peer.remoteDescription ? this.#add(kind) : undefined))?.sender
      if (!sender) continue
      if (sender.track !== track) await sender.replaceTrack(track)
      if (kind === 'video' && track) await bound(sender, track.contentHint === 'detail' ? SCREEN : CAMERA)
    }
  }

  #add(kind: MediaKind): Transceiver {
    return this.#peer.addTransceiver(kind, { direction: 'sendrecv', streams: [this.#stream] })
  }

  #transceiver(kind: MediaKind): Transceiver | undefined {
    return this.#peer.getTransceivers().find(({ receiver, direction }) => receiver.track.kind === kind && direction !== 'stopped')
  }
}

async function bound(sender: Sender, { maxBitrate, maxFramerate, prefer }: typeof CAMERA): Promise<void> {
  const parameters = sender.getParameters()
  const encoding = parameters.encodings?.[0]
  if (!encoding || (encoding.maxBitrate === maxBitrate && encoding.maxFramerate === maxFramerate)) return // none before it is negotiated
  Object.assign(encoding, { maxBitrate, maxFramerate })
  // Not every engine takes every parameter, and a renegotiation may make them stale: said again at the next update.
  await sender.setParameters({ ...parameters, degradationPreference: prefer }).catch(() => {})
}
