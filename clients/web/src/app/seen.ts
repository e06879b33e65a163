// Up to where each room was read in this browser, and since when this browser keeps that.
import type { RoomSummary } from '@carillon/sdk'
import { useSyncExternalStore } from 'react'
import { read, write } from './tastes.ts'

interface Seen {
  since: number
  rooms: Record<string, number>
}

const watchers = new Set<() => void>()
let seen: Seen | undefined

function all(): Seen {
  if (seen) return seen
  seen = read<Seen>('seen', { since: Date.now(), rooms: {} })
  write('seen', seen)
  return seen
}

export function sawUpTo(room: string, seq: number): void {
  const { since, rooms } = all()
  if ((rooms[room] ?? 0) >= seq) return
  seen = { since, rooms: { ...rooms, [room]: seq } }
  write('seen', seen)
  for (const tell of watchers) tell()
}

const watch = (tell: () => void) => {
  watchers.add(tell)
  return () => void watchers.delete(tell)
}

/** Whether something happened in a room that was not looked at. */
export function useFresh({ id, head, lastAt }: RoomSummary): boolean {
  const { since, rooms } = useSyncExternalStore(watch, all)
  const read = rooms[id]
  return read === undefined ? lastAt > since : head > read
}
