// The words of the call's state machine: what comes in, what goes out, what people see.
import type { LeaveReason } from './events.ts'
import type { CarillonProblem } from './problem.ts'
import type { CallView, EndReason, Entered, IceServer, LeftReason, LegState, Media, Participant, Signal } from './wire.ts'

export type CallTarget = { room: string } | { account: string } | { call: string }

export type CallPhase =
  /** The server has not answered yet. */
  | 'entering'
  /** They are being rung. */
  | 'ringing'
  /** Nobody else is here. */
  | 'waiting'
  /** Somebody is, and media has not begun. */
  | 'connecting'
  | 'live'
  /** Media flowed, and does not now. */
  | 'reconnecting'
  | 'ended'

/** Why it is over for us. */
export type CallEnd =
  | EndReason
  /** We left. */
  | 'left'
  /** It goes on in another window. */
  | 'elsewhere'
  /** A direct call is for two. */
  | 'full'
  | 'refused'

export interface CallState {
  phase: CallPhase
  /** When this phase began. */
  since: number
  call: CallView | undefined
  me: string | undefined
  other: Participant | undefined
  /** When media first flowed. */
  liveSince: number | undefined
  /** Since when the server is out of reach; media goes on without it. */
  lineDownSince: number | undefined
  end: { reason: CallEnd; duration: number; problem?: CarillonProblem } | undefined
}

export type PeerState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed'

export type CallInput =
  | { kind: 'enter'; target: CallTarget; direct: boolean; media: Media; up: boolean }
  | { kind: 'entered'; entered: Entered }
  | { kind: 'notEntered'; problem: CarillonProblem }
  | { kind: 'line'; up: boolean }
  | { kind: 'joined'; participant: Participant }
  | { kind: 'left'; participant: string; reason: LeftReason }
  | { kind: 'toggled'; participant: string; media: Media }
  | { kind: 'ended'; reason: EndReason; duration: number }
  | { kind: 'told'; call: CallView }
  | { kind: 'heard'; from: string; signal: Signal }
  | { kind: 'peer'; state: PeerState }
  /** A fresh peer connection took the place of ours, since the other side's is another one. */
  | { kind: 'renewed' }
  /** Whether the other side's pulse is felt. */
  | { kind: 'pulse'; felt: boolean }
  | { kind: 'local'; signal: Signal }
  | { kind: 'signalled'; signal: Signal }
  | { kind: 'notSignalled'; signal: Signal; problem: CarillonProblem }
  | { kind: 'media'; media: Media }
  | { kind: 'leave' }
  /** Another window of this device took the call over. */
  | { kind: 'yield' }
  | { kind: 'woken' }

export type CallOutput =
  | { kind: 'initiate'; target: { room: string } | { account: string }; media: Media }
  | { kind: 'join'; call: string; media: Media }
  /** A new peer connection, in place of the one before. */
  | { kind: 'open'; polite: boolean; offer: boolean; iceServers: IceServer[] }
  | { kind: 'remote'; signal: Signal }
  | { kind: 'restartIce' }
  /** We are in it by another leg than before. */
  | { kind: 'newLeg' }
  /** Says again what may not have arrived. */
  | { kind: 'repeat' }
  | { kind: 'close' }
  | { kind: 'signal'; call: string; to: string; signal: Signal }
  | { kind: 'toggle'; call: string; which: 'audio' | 'video'; enabled: boolean }
  | { kind: 'leg'; call: string; leg: Extract<LegState, 'connected' | 'reconnecting'> }
  | { kind: 'leave'; call: string; reason: LeaveReason }
  | { kind: 'end'; call: string }
  | { kind: 'wake'; at: number }
