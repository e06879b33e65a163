// What outlives a reload, in the stores that the platform gives.
import type { ChoiceDrawer, MediaChoices } from './local-media.ts'
import type { Outgoing } from './outbox.ts'
import type { Store, Stores } from './platform.ts'
import type { Drawer } from './room-session.ts'

function parsed<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined // of another version
  }
}

/** Unsent messages of one person, one key each: two windows never overwrite each other's. */
export function outboxDrawer(store: Store, person: string): Drawer {
  const known = new Map<string, Set<string>>()
  const prefix = (room: string) => `outbox/${person}/${room}/`
  const keysOf = (room: string) => store.keys().filter((key) => key.startsWith(prefix(room)))
  return {
    read(room) {
      const kept = keysOf(room).flatMap((key) => parsed<Outgoing>(store.get(key)) ?? [])
      known.set(room, new Set(kept.map(({ requestId }) => requestId)))
      return kept.sort((a, b) => a.at - b.at || (a.requestId < b.requestId ? -1 : 1))
    },
    write(room, kept) {
      const before = known.get(room) ?? new Set()
      known.set(room, new Set(kept.map(({ requestId }) => requestId)))
      for (const { problem: _, ...outgoing } of kept) store.set(prefix(room) + outgoing.requestId, JSON.stringify(outgoing))
      for (const requestId of before) if (!known.get(room)!.has(requestId)) store.set(prefix(room) + requestId)
    },
  }
}

/** Forgets what this device keeps of a person. */
export function emptyOutboxes(store: Store, person: string): void {
  for (const key of store.keys()) if (key.startsWith(`outbox/${person}/`)) store.set(key)
}

/** Whoever muted in this window is muted after its reload, whatever was chosen in another one since. */
export function choiceDrawer({ lasting, window }: Stores): ChoiceDrawer {
  return {
    read: () => ({ microphone: true, camera: true, noiseSuppression: true, ...parsed<MediaChoices>(lasting.get('media')), ...parsed<MediaChoices>(window.get('media')) }),
    write: (choices) => {
      for (const store of [lasting, window]) store.set('media', JSON.stringify(choices))
    },
  }
}

export interface KeptCall {
  call: string
  direct: boolean
  /** While it was accepted so, and the camera was not turned on since. */
  withoutCamera?: boolean
}

/** The call that this window is in. */
export interface CallDrawer {
  read(): KeptCall | undefined
  write(call?: KeptCall): void
}

export function callDrawer(store: Store): CallDrawer {
  return {
    read: () => parsed(store.get('call')),
    write: (call) => store.set('call', call && JSON.stringify(call)),
  }
}
