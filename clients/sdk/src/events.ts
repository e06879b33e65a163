// The Socket.IO events, both ways, with what they carry.
import type { Caller, CallView, Caught, EndReason, Entered, LeftReason, Media, Participant, Posted, RoomEvent, Signal, Snapshot } from './wire.ts'

type Nothing = Record<string, never>

/** What a client asks, and the answer. */
export interface Requests {
  'room:join': [{ room: string; epoch?: string; after?: number }, Caught]
  'room:leave': [{ room: string }, Nothing]
  'room:send': [{ room: string; requestId: string; text: string }, Posted]
  'room:typing': [{ room: string }, Nothing]
  'room:sync': [{ rooms: { room: string; epoch?: string; after: number }[] }, { rooms: Caught[]; limited: boolean }]
  'call:initiate': [{ room?: string; account?: string; requestId: string; media: Media }, Entered]
  'call:join': [{ call: string; requestId: string; media?: Media }, Entered]
  'call:signal': [{ call: string; to?: string } & Signal, Nothing]
  'call:toggle-audio': [{ call: string; enabled: boolean }, Media]
  'call:toggle-video': [{ call: string; enabled: boolean }, Media]
  'call:state': [{ call: string; leg?: 'connected' | 'reconnecting' }, { call: CallView }]
  'call:leave': [{ call: string; reason?: LeaveReason }, { call: CallView }]
  'call:end': [{ call: string }, { call: CallView }]
  'call:stats': [{ call: string; snapshot: Snapshot }, Nothing]
}

/** Why one leaves by oneself. */
export type LeaveReason = Exclude<LeftReason, 'lost'>

/** What the server tells by itself. */
export interface Pushes {
  'room:event': RoomEvent
  'room:lag': { room: string; head: number }
  'room:heads': { heads: { room: string; epoch: string; head: number }[] }
  'room:typing': { room: string; member: string }
  'rooms:changed': Nothing
  'session:ended': { reason: string }
  'call:initiated': { call: CallView; room: string; from: Caller; ring: boolean }
  'call:joined': { call: string; participant: Participant }
  'call:signal': { call: string; from: string } & Signal
  'call:media-toggled': { call: string; participant: string } & Media
  'call:left': { call: string; participant: string; member: string; reason: LeftReason }
  'call:ended': { call: string; reason: EndReason; duration: number }
  'call:state': { call: CallView }
  'call:answered-elsewhere': { call: string }
}

export type Asking = keyof Requests
export type Payload<E extends Asking> = Requests[E][0]
export type Result<E extends Asking> = Requests[E][1]
