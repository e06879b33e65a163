// What goes to the other side: one audio and one video sender, whose tracks are exchanged without a word to the other; and the screen, by a
// line of its own beside the camera, so that whoever shows it stays in view.
import type { SentKind } from './local-media.ts'
import type { MediaKind, Peer, Sender, Stream, Track, Transceiver } from './rtc.ts'

const KINDS = ['audio', 'video'] as const
/** 720p30, as a home uplink bears it. */
const CAMERA = { maxBitrate: 1_200_000, maxFramerate: 30, prefer: 'maintain-framerate' }
/** Letters must stay legible: fewer frames rather than fewer pixels. */
const SCREEN = { maxBitrate: 1_500_000, maxFramerate: 15, prefer: 'maintain-resolution' }

export class Publishing {
  readonly #peer: Peer
  readonly #outgoing: (kind: SentKind) => Track | null
  /** Says that sound and picture belong together. */
  readonly #stream: Stream
  #screen: Transceiver | undefined

  constructor(peer: Peer, outgoing: (kind: SentKind) => Track | null, stream: Stream) {
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
      if (kind === 'video' && track) await bound(sender, CAMERA)
    }
    await this.#show(this.#outgoing('screen'))
  }

  /** The line is there from the first time on, and rests while nothing is shown. */
  async #show(track: Track | null): Promise<void> {
    // After sound and picture: the other side knows the screen by its place (see `Connection.screen`).
    if (!this.#screen && (!track || !this.#peer.remoteDescription)) return
    this.#screen ??= this.#peer.addTransceiver('video', { direction: 'sendonly', streams: [this.#stream] })
    const { sender } = this.#screen
    const direction = track ? 'sendonly' : 'inactive'
    if (this.#screen.direction !== direction) this.#screen.direction = direction
    if (sender.track !== track) await sender.replaceTrack(track)
    if (track) await bound(sender, SCREEN)
  }

  #add(kind: MediaKind): Transceiver {
    return this.#peer.addTransceiver(kind, { direction: 'sendrecv', streams: [this.#stream] })
  }

  #transceiver(kind: MediaKind): Transceiver | undefined {
    return this.#peer.getTransceivers().find((one) => one !== this.#screen && one.receiver.track.kind === kind && one.direction !== 'stopped')
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
