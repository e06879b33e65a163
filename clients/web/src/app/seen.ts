// Up to where each room was read in this browser.
import { useSyncExternalStore } from 'react'
import { read, write } from './tastes.ts'

type Seen = Record<string, number>

const watchers = new Set<() => void>()
let seen: Seen | undefined

const all = (): Seen => (seen ??= read<Seen>('seen', {}))

export function sawUpTo(room: string, seq: number): void {
  if ((all()[room] ?? 0) >= seq) return
  seen = { ...all(), [room]: seq }
  write('seen', seen)
  for (const tell of watchers) tell()
}

export const useSeen = () =>
  useSyncExternalStore((tell) => {
    watchers.add(tell)
    return () => void watchers.delete(tell)
  }, all)
