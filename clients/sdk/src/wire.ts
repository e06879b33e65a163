// The words that travel between client and server, as their schemas are generated; and those that have none.
import type { components } from './api.gen.ts'
import type { components as eventComponents } from './events.gen.ts'

type Schemas = components['schemas']
type EventSchemas = eventComponents['schemas']
/** What we say has no nulls: it is left out. */
type Said<T> = { [K in keyof T]: Exclude<T[K], null> }

export type Person = Schemas['Person']
export type SessionView = Schemas['SessionView']
export type Tokens = Schemas['IssuedTokens']
export type SignedIn = Schemas['SignedIn']
/** What a client says of the device it runs on. */
export type DeviceHint = Schemas['DeviceHint']
export type RoomSummary = Schemas['RoomSummary']
export type Member = Schemas['MemberView']
/** What an account can be in a room. */
export type MemberRole = Schemas['GivenRole']
/** What an account can be on the server. */
export type AccountRole = Schemas['Role']
export type Invitation = Schemas['InvitationView']
export type RoomView = Schemas['RoomView']
export type LinkView = Schemas['LinkView']
export type Posted = Schemas['Posted']
export type Media = Schemas['Media']
export type EndReason = Schemas['EndReason']
export type LeftReason = Schemas['LeaveReason']
export type LegState = Schemas['LegState']
export type Participant = Schemas['ParticipantView']
export type CallView = Schemas['CallView']
export type Caller = EventSchemas['Caller']
/** A call, and what its room is called: a direct one by the other's name, or, seen from outside, by both. */
export type NamedCall = Schemas['NamedCall']
export type CallProblem = Schemas['CallProblem']
export type CallRating = Schemas['CallRating']
export type AdminRoom = Schemas['AdminRoom']
export type LegFigures = Omit<Schemas['LegFigures'], 'snapshots'> & { snapshots: Snapshot[] }
export type AdminCall = Omit<Schemas['AdminCall'], 'legs'> & { legs: LegFigures[] }
export type AuditOutcome = Schemas['AuditOutcome']
export type AuditEvent = Schemas['AuditEvent']
export type AuditCheck = Schemas['AuditCheck']
/** What of the record is wanted. */
export interface AuditFilter {
  action?: string
  outcome?: AuditOutcome
  who?: string
  subject?: string
  from?: number
  until?: number
}

export interface Bodies {
  'message.posted': { text: string }
  'member.joined': { member: string; name: string; kind: 'account' | 'guest' }
  'member.left': { member: string; removedBy?: string }
  'member.changed': { member: string; role: MemberRole }
  'room.created': { name: string }
  'call.started': { call: string; media: Media }
  'call.joined': { call: string; participant: string; member: string; name: string }
  'call.left': { call: string; participant: string; member: string; reason: LeftReason }
  'call.ended': { call: string; reason: EndReason; duration: number; answered: boolean }
}

/** One event of a room's log. Kinds that this client does not know are kept, and not shown. */
export type RoomEvent = { [K in keyof Bodies]: Omit<Schemas['RoomEvent'], 'kind' | 'body'> & { kind: K; body: Bodies[K] } }[keyof Bodies]

export type LogPage = Omit<Schemas['LogPage'], 'events'> & { events: RoomEvent[] }

/** From a cursor to the head. */
export interface Caught extends LogPage {
  /** There is more: ask again. */
  limited: boolean
  /** The cursor means nothing here: begin anew with these events. */
  reset: boolean
}

export type IceServer = EventSchemas['IceServer']
/** The answer to whoever entered a call: `participant` is mine. */
export type Entered = EventSchemas['Entered']

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

export type Flow = EventSchemas['Flow']
export type VideoFlow = EventSchemas['VideoFlow']
export type CandidateType = EventSchemas['CandidateType']
/** A leg's statistics: what counts up never falls. */
export type Snapshot = Said<EventSchemas['Snapshot']>
