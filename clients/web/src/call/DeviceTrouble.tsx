// Why a device does not work, and what helps.
import type { Failure, LaneState } from '@carillon/sdk'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Notice } from '../ui/Notice.tsx'

/** In a call it is said for so long, once; in the lobby it stands. */
const PASSING = 10_000

export function DeviceTrouble({ passing = false }: { passing?: boolean }) {
  const { microphone, camera } = useObservable(media.state)
  return (
    <>
      <Trouble lane={microphone} kind="audio" passing={passing} />
      {/* A page that is not secure has neither, which is said once. */}
      {(camera.failure !== 'insecure' || microphone.failure !== 'insecure') && <Trouble lane={camera} kind="video" passing={passing} />}
    </>
  )
}

function Trouble({ lane: { failure }, kind, passing }: { lane: LaneState; kind: 'audio' | 'video'; passing: boolean }) {
  const { t } = useTranslation()
  // What the lobby has said needs no word in the call.
  const [said, setSaid] = useState<Failure | undefined>(passing ? failure : undefined)
  useEffect(() => {
    if (!failure) return setSaid(undefined)
    if (!passing) return
    const timer = setTimeout(() => setSaid(failure), PASSING)
    return () => clearTimeout(timer)
  }, [failure, passing])
  if (!failure || failure === said) return null
  if (failure === 'insecure') {
    const [before, command, after] = t('devices.insecure').split('`')
    return (
      <Notice>
        <p>
          {before}
          <code>{command}</code>
          {after}
        </p>
      </Notice>
    )
  }
  return <Notice>{t(`devices.${failure === 'failed' ? 'broken' : failure}.${kind}`)}</Notice>
}
