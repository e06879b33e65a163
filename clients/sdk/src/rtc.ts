// What the platform gives for media: the part of WebRTC that a call needs, as browsers and react-native-webrtc have it.
import type { Candidate, Description, IceServer } from './wire.ts'

export type MediaKind = 'audio' | 'video'

export interface Track {
  readonly id: string
  readonly kind: string
  readonly label: string
  readonly readyState: string
  enabled: boolean
  contentHint?: string
  stop(): void
  getSettings(): { deviceId?: string }
  addEventListener(type: 'ended', listener: () => void): void
}

export interface Stream {
  getTracks(): Track[]
  addTrack(track: Track): void
  removeTrack(track: Track): void
}

export interface Encoding {
  maxBitrate?: number
  maxFramerate?: number
}

export interface Sender {
  readonly track: Track | null
  replaceTrack(track: Track | null): Promise<void>
  getParameters(): { encodings?: Encoding[]; degradationPreference?: string }
  setParameters(parameters: { encodings?: Encoding[]; degradationPreference?: string }): Promise<void>
  setStreams?(...streams: Stream[]): void
}

export interface Transceiver {
  readonly mid: string | null
  direction: string
  readonly currentDirection?: string | null
  readonly sender: Sender
  readonly receiver: { readonly track: Track }
}

export interface Channel {
  readonly readyState: string
  send(text: string): void
  close(): void
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
}

/** One entry of `getStats()`: see W3C webrtc-stats. */
export type Stat = { id: string; type: string } & Record<string, unknown>

export interface Peer {
  readonly signalingState: string
  readonly connectionState: string
  readonly iceConnectionState: string
  readonly localDescription: { type: string; sdp: string } | null
  readonly remoteDescription: { type: string; sdp: string } | null
  onnegotiationneeded: ((event: never) => void) | null
  onicecandidate: ((event: never) => void) | null
  onconnectionstatechange: ((event: never) => void) | null
  oniceconnectionstatechange: ((event: never) => void) | null
  ontrack: ((event: never) => void) | null
  setLocalDescription(description?: { type: 'rollback' }): Promise<void>
  setRemoteDescription(description: Description): Promise<void>
  addIceCandidate(candidate: Candidate): Promise<void>
  addTransceiver(kind: MediaKind, init?: { direction?: string; streams?: Stream[] }): Transceiver
  getTransceivers(): Transceiver[]
  createDataChannel(label: string, init: { negotiated: boolean; id: number; ordered: boolean; maxRetransmits: number }): Channel
  restartIce(): void
  getStats(): Promise<{ forEach(run: (stat: Stat) => void): void }>
  close(): void
}

export type DeviceKind = 'audioinput' | 'videoinput' | 'audiooutput'

export interface Device {
  id: string
  kind: DeviceKind
  label: string
}

/** What to capture from. */
export interface Source {
  device?: string | undefined
  /** Of a microphone; on unless said otherwise. */
  noiseSuppression?: boolean
}

export interface RtcPlatform {
  peer(configuration: { iceServers: IceServer[] }): Peer
  stream(): Stream
  /** One track of that kind; of that device when it can be had, of any other when it cannot. */
  capture(kind: MediaKind, source?: Source): Promise<Track>
  /** Nothing when the platform cannot share its screen. */
  captureScreen: (() => Promise<Track>) | undefined
  devices(): Promise<Device[]>
  /** Says when devices come or go, or are allowed. */
  onDevices(run: () => void): () => void
}
