// Says to screen readers each change of a call, on whatever page one is.
import type { CallSessionState } from '@carillon/sdk'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
import { qualityWords } from './quality-words.ts'
import { nameOf, stateWords } from './state-words.ts'

export function useCallWords(state: CallSessionState): void {
  const { t } = useTranslation()
  const { phase, other, remoteScreen, quality } = state
  const name = nameOf(t, other)
  const inside = other !== undefined && other.state !== 'ringing' && other.state !== 'left'

  const before = useRef(phase)
  useEffect(() => {
    if (phase === 'live' && before.current === 'reconnecting') announce(t('call.back'))
    else if (phase !== 'ended') announce(stateWords(t, state))
    before.current = phase
    // Its words change with the phase; other changes of the state are said below.
  }, [phase, t])

  useChange(inside, (now) => announce(t(now ? 'call.joined' : 'call.left', { name })))
  useChange(inside ? other.audio : undefined, (on) => on !== undefined && announce(t(on ? 'call.remoteUnmuted' : 'call.remoteMuted', { name })))
  useChange(inside ? other.video : undefined, (on) => on !== undefined && announce(t(on ? 'call.remoteCameraOn' : 'call.remoteCameraOff', { name })))
  useChange(remoteScreen !== undefined, (on) => announce(t(on ? 'call.shares' : 'call.sharesNoMore', { name })))
  useChange(quality.word === 'poor', (poor) => poor && announce(qualityWords(t, quality)))
}

/** Not for what was so from the beginning, nor for what only now became known. */
function useChange<T>(value: T, tell: (value: T) => void): void {
  const latest = useRef(tell)
  latest.current = tell
  const before = useRef(value)
  useEffect(() => {
    const was = before.current
    before.current = value
    if (was !== undefined && was !== value) latest.current(value)
  }, [value])
}
