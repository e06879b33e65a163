// What a call sounds like beside what is said in it.
import type { CallSessionState } from '@carillon/sdk'
import { useEffect, useRef } from 'react'
import { ringBack, sound } from '../sound/bells.ts'

export function useCallSounds({ phase, other, end }: CallSessionState): void {
  useEffect(() => {
    if (phase === 'ringing') return ringBack()
  }, [phase])

  const inside = other !== undefined && other.state !== 'ringing' && other.state !== 'left'
  const was = useRef(false)
  useEffect(() => {
    if (inside && !was.current) sound('joined')
    if (!inside && was.current && phase !== 'ended') sound('left')
    was.current = inside
  }, [inside, phase])

  const reason = end?.reason
  useEffect(() => {
    if (reason === 'busy' || reason === 'declined') sound('busy')
    else if (reason !== undefined && reason !== 'elsewhere' && reason !== 'full') sound('ended')
  }, [reason])
}
