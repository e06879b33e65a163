// The words that travel between client and server.

export interface Person {
  id: string
  kind: 'account' | 'guest'
  name: string
  login?: string
  role?: 'member' | 'admin'
  language?: 'fr' | 'en'
}

export interface SessionView {
  id: string
  device: { id: string; name: string }
  createdAt: number
  seenAt: number
  current: boolean
}

export interface Tokens {
  accessToken: string
  accessExpiresAt: number
  refreshToken: string
  refreshExpiresAt: number
}

export interface SignedIn {
  principal: Person
  session: SessionView
  tokens: Tokens
  /** The room that a guest belongs to. */
  room?: string
}

/** What a client says of the device it runs on. */
export interface DeviceHint {
  id?: string
  name?: string
}

export interface RoomSummary {
  id: string
  name: string
  kind: 'group' | 'direct'
  epoch: string
  head: number
  lastAt: number
}

export interface Member {
  id: string
  kind: string
  name: string
  role: 'owner' | 'member' | 'guest'
}

export interface RoomView extends RoomSummary {
  members: Member[]
  link?: string
  /** The live one. */
  call?: CallView
}

export interface LinkView {
  /** For whoever is a member already. */
  room?: string
  roomName: string
  hostName?: string
}

export interface Posted {
  room: string
  id: string
  seq: number
  epoch: string
  at: number
  repeated: boolean
}

export interface Bodies {
  'message.posted': { text: string }
  'member.joined': { member: string; name: string; kind: 'account' | 'guest' }
  'member.left': { member: string; removedBy?: string }
  'room.created': { name: string }
  'call.started': { call: string; media: Media }
  'call.joined': { call: string; participant: string; member: string; name: string }
  'call.left': { call: string; participant: string; member: string; reason: string }
  'call.ended': { call: string; reason: EndReason; duration: number; answered: boolean }
}

interface EventAt {
  room: string
  epoch: string
  seq: number
  id: string
  at: number
  sender?: string | null
  requestId?: string | null
}

/** One event of a room's log. Kinds that this client does not know are kept, and not shown. */
export type RoomEvent = { [K in keyof Bodies]: EventAt & { kind: K; body: Bodies[K] } }[keyof Bodies]

export interface LogPage {
  room: string
  epoch: string
  head: number
  events: RoomEvent[]
}

/** From a cursor to the head. */
export interface Caught extends LogPage {
  /** There is more: ask again. */
  limited: boolean
  /** The cursor means nothing here: begin anew with these events. */
  reset: boolean
}

export interface Media {
  audio: boolean
  video: boolean
}

export type EndReason = 'hangup' | 'declined' | 'cancelled' | 'busy' | 'noAnswer' | 'lost'
export type LegState = 'ringing' | 'connecting' | 'connected' | 'reconnecting' | 'left'

export interface Participant extends Media {
  id: string
  /** Whose leg it is. */
  member: string
  name: string
  device: string
  state: LegState
  joinedAt?: number | null
  leftAt?: number | null
  leftReason?: string | null
}

export interface CallView {
  id: string
  room: string
  state: 'ringing' | 'active' | 'ended'
  initiator: string
  startedAt: number
  answeredAt?: number | null
  endedAt?: number | null
  endReason?: EndReason | null
  duration: number
  media: Media
  participants: Participant[]
}

export interface IceServer {
  urls: string | string[]
  username?: string
  credential?: string
}

/** The answer to whoever entered a call. */
export interface Entered {
  call: CallView
  /** Mine. */
  participant: string
  iceServers: IceServer[]
}

export interface Description {
  type: 'offer' | 'answer'
  sdp: string
}

export interface Candidate {
  candidate: string
  sdpMid?: string | null
  sdpMLineIndex?: number | null
  usernameFragment?: string | null
}

export type Signal =
  | { type: 'offer' | 'answer'; signal: Description }
  | { type: 'ice-candidate'; signal: Candidate }

export interface Flow {
  codec?: string
  bytesSent: number
  bytesReceived: number
  packetsSent: number
  packetsReceived: number
  packetsLost: number
  /** Seconds. */
  jitter: number
}

export interface VideoFlow extends Flow {
  framesDecoded: number
  framesPerSecond: number
  frameWidth: number
  frameHeight: number
}

export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay'

/** A leg's statistics: what counts up never falls. */
export interface Snapshot {
  at: number
  audio?: Flow
  video?: VideoFlow
  /** Seconds. */
  rtt?: number
  localCandidate?: CandidateType
  remoteCandidate?: CandidateType
}
