// What a call needs on every page: it rings, it is heard, its keys work.
import type { CallSession } from '@carillon/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { calls } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Incoming } from './Incoming.tsx'
import { RemoteAudio } from './RemoteAudio.tsx'
import { useAwake } from './useAwake.ts'
import { useCallSounds } from './useCallSounds.ts'
import { useDeviceKeys } from './useDeviceKeys.ts'

export function CallDesk({ children }: { children: ReactNode }) {
  const { incoming, current } = useObservable(calls.state)
  const queries = useQueryClient()
  useEffect(() => void calls.resume(), [])
  const room = incoming?.call.room
  useEffect(() => {
    // It may be one that we did not know of.
    if (room !== undefined) void queries.invalidateQueries({ queryKey: ['rooms'] })
  }, [room, queries])
  return (
    <>
      {children}
      {current && <Ongoing session={current} />}
      {incoming && <Incoming key={incoming.call.id} incoming={incoming} />}
    </>
  )
}

function Ongoing({ session }: { session: CallSession }) {
  const state = useObservable(session.state)
  const over = state.phase === 'ended'
  useCallSounds(state)
  useDeviceKeys(!over)
  useAwake(!over)
  return over ? null : <RemoteAudio remote={state.remote} />
}
