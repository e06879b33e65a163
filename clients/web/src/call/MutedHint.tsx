// Says so to whoever speaks while muted.
import type { Track } from '@carillon/sdk'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Button } from '../ui/Button.tsx'
import { HintNotice } from './HintNotice.tsx'
import { useHint } from './hints.ts'
import { useLevel } from './useLevel.ts'

/** As loud as somebody who speaks into their microphone, and longer than a cough. */
const VOICE = 0.45
const TICKS = 9
const SHOWN = 8000

export function MutedHint() {
  const { t } = useTranslation()
  const { microphone, talking } = useObservable(media.state)
  const wanted = useHint('muted')
  const muted = !microphone.on && !talking
  const ear = useEar(wanted && muted ? microphone.track : null)
  const loud = useRef(0)
  const [spoken, setSpoken] = useState(0)
  useLevel(ear, (level) => {
    loud.current = level > VOICE ? loud.current + 1 : 0
    if (loud.current === TICKS) setSpoken(Date.now())
  })
  useEffect(() => {
    if (spoken === 0) return
    const timer = setTimeout(() => setSpoken(0), SHOWN)
    return () => clearTimeout(timer)
  }, [spoken])
  useEffect(() => {
    if (!muted) setSpoken(0)
  }, [muted])
  if (spoken === 0 || !wanted || !muted) return null
  return (
    <HintNotice
      hint="muted"
      title={t('call.mutedSpeaking')}
      action={
        <Button look="plain" small icon="microphone" onPress={() => media.setMicrophone(true)}>
          {t('call.unmute')}
        </Button>
      }
    >
      {t('call.mutedSpeakingHelp')}
    </HintNotice>
  )
}

/** What a muted microphone hears, for this page alone: a copy that nothing sends. */
function useEar(track: Track | null): Track | null {
  const [ear, setEar] = useState<Track | null>(null)
  useEffect(() => {
    if (track?.readyState !== 'live') return
    const copy = (track as MediaStreamTrack).clone()
    copy.enabled = true
    setEar(copy)
    return () => {
      copy.stop()
      setEar(null)
    }
  }, [track])
  return ear
}
