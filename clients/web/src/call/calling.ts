// Beginning calls, and which room each belongs to before the server has said so.
import type { CallSession } from '@carillon/sdk'
import { calls } from '../app/carillon.ts'

const begun = new WeakMap<CallSession, string>()

/** `undefined`: a call that this window was in before it was reloaded, not yet heard of again. */
export const roomOf = (session: CallSession): string | undefined => session.state.get().call?.room ?? begun.get(session)

export const ended = (session: CallSession): boolean => session.state.get().phase === 'ended'

/** The call of this room that we are in. */
export function ongoing(room: string): CallSession | undefined {
  const { current } = calls.state.get()
  return current && !ended(current) && roomOf(current) === room ? current : undefined
}

/** Begins or joins the call of a room. `other`: it is the room of the two of us. */
export function callRoom(room: string, other?: string): CallSession {
  const there = ongoing(room)
  if (there) return there
  const live = calls.state.get().live.some((call) => call.room === room)
  const session = calls.start(other !== undefined && !live ? { account: other } : { room, direct: other !== undefined })
  begun.set(session, room)
  return session
}

/** Answers what rings, with the devices as last chosen or without the camera. */
export function accept(withoutCamera: boolean): string | undefined {
  const { incoming } = calls.state.get()
  if (!incoming) return undefined
  const session = calls.accept(withoutCamera)
  if (session) begun.set(session, incoming.call.room)
  return incoming.call.room
}
