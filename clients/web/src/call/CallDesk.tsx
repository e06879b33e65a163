// What a call needs on every page: it rings, it is heard, its keys work.
import type { CallSession } from '@carillon/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, type ReactNode } from 'react'
import { calls } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { follow } from './course.ts'
import { RemoteAudio } from './RemoteAudio.tsx'
import { useAwake } from './useAwake.ts'
import { useCallSounds } from './useCallSounds.ts'
import { useCallWords } from './useCallWords.ts'
import { useDeviceKeys } from './useDeviceKeys.ts'
import { useTalkKey } from './useTalkKey.ts'

const Incoming = lazy(() => import('./Incoming.tsx'))

export function CallDesk({ children }: { children: ReactNode }) {
  const { incoming, current } = useObservable(calls.state)
  const queries = useQueryClient()
  useEffect(() => {
    calls.resume()
    void import('./Incoming.tsx') // there before it rings
  }, [])
  const room = incoming?.call.room
  useEffect(() => {
    // It may be one that we did not know of.
    if (room !== undefined) void queries.invalidateQueries({ queryKey: ['rooms'] })
  }, [room, queries])
  return (
    <>
      {children}
      {current && <Ongoing session={current} />}
      {incoming && (
        <Suspense>
          <Incoming key={incoming.call.id} incoming={incoming} />
        </Suspense>
      )}
    </>
  )
}

function Ongoing({ session }: { session: CallSession }) {
  const state = useObservable(session.state)
  const over = state.phase === 'ended'
  useEffect(() => follow(session), [session])
  useCallSounds(state)
  useCallWords(state)
  useDeviceKeys(!over)
  useTalkKey(!over)
  useAwake(!over)
  return over ? null : <RemoteAudio remote={state.remote} />
}
