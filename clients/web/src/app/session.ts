// Who uses this page.
import type { Person, SessionView } from '@carillon/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, use, useEffect } from 'react'
import { session } from './carillon.ts'
import { speak } from './i18n.ts'
import { useObservable } from './useObservable.ts'

export interface Me {
  person: Person
  session: SessionView
  /** The one that a guest belongs to. */
  room?: string
}

export const Myself = createContext<Me | null>(null)

/** Only below what asks who it is. */
export function useMe(): Me {
  const me = use(Myself)
  if (!me) throw new Error('nobody is signed in here')
  return me
}

/** Whoever comes next sees nothing of the one before, in their own language. */
export function useSession() {
  const state = useObservable(session.state)
  const queries = useQueryClient()
  const person = state.kind === 'in' ? state.person : undefined
  useEffect(() => () => queries.clear(), [person?.id, queries])
  useEffect(() => {
    if (person?.language) void speak(person.language)
  }, [person?.language])
  return state
}
