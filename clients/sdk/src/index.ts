// The client of a Carillon server, for browsers and React Native alike: whoever uses it brings the platform.
export { Client, type ClientOptions } from './client.ts'
export { Api, type Paging } from './api.ts'
export { Session, type SessionState } from './session.ts'
export { Link, type LinkOptions } from './link.ts'
export type { Line, LinkState } from './line.ts'
export { Observable } from './observable.ts'
export { CarillonProblem, problemOf, type ProblemKind, type ProblemName } from './problem.ts'
export { newId } from './id.ts'
export { pause, type Clock, type Platform, type Store, type Stores } from './platform.ts'
export { Rooms, type HeldRoom } from './rooms.ts'
export { RoomSession, type RoomState } from './room-session.ts'
export type { Outgoing } from './outbox.ts'
export { LocalMedia, type ChoiceDrawer, type LaneState, type MediaChoices, type MediaState, type SentKind } from './local-media.ts'
export type { Failure } from './lane.ts'
export { Calls, type CallsState, type Incoming } from './calls.ts'
export { CallSession, type CallSessionState } from './call-session.ts'
export type { SafetyFailure } from './safety-code.ts'
export type { CallEnd, CallPhase, CallState } from './call-words.ts'
export { snapshotOf, uplinkOf, type Uplink } from './stats.ts'
export type { Quality, QualityCause, QualityWord } from './quality.ts'
export type { Device, DeviceKind, MediaKind, Peer, RtcPlatform, Source, Stat, Stream, Track } from './rtc.ts'
export type { Fetch } from './http.ts'
export type {
  AccountRole, AdminCall, AdminRoom, AuditCheck, AuditEvent, AuditFilter, AuditOutcome, CallProblem, CallRating, LegFigures, NamedCall,
  Bodies, Caller, CallView, Candidate, CandidateType, Caught, Description, DeviceHint, EndReason, Entered, Flow, IceServer, Invitation,
  LegState, LinkView, LogPage, Media, Member, MemberRole, Participant, Person, Posted, RoomEvent, RoomSummary, RoomView, SessionView, SignedIn, Snapshot, Tokens, VideoFlow,
} from './wire.ts'
export type { Asking, LeaveReason, Payload, Pushes, Result } from './events.ts'
