// Hints that one can do without: each can be silenced for good in this browser, and all of them brought back.
import { useSyncExternalStore } from 'react'
import { read, write } from '../app/tastes.ts'

const hints = ['silent', 'muted'] as const
export type Hint = (typeof hints)[number]

const watchers = new Set<() => void>()

const wanted = (hint: Hint) => read(`hint-${hint}`, true)

export function wantHints(on: boolean, which: readonly Hint[] = hints): void {
  for (const hint of which) write(`hint-${hint}`, on ? undefined : false)
  for (const tell of watchers) tell()
}

function watch(tell: () => void): () => void {
  watchers.add(tell)
  return () => void watchers.delete(tell)
}

export const useHint = (hint: Hint): boolean => useSyncExternalStore(watch, () => wanted(hint))
export const useHints = (): boolean => useSyncExternalStore(watch, () => hints.every(wanted))
