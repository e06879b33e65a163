// Why a device does not work, and what helps: where the browser's own button is, too.
import type { Failure, LaneState } from '@carillon/sdk'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Notice } from '../ui/Notice.tsx'
import { browserOf } from './browser.ts'

/** In a call it is said for so long, once; in the lobby it stands. */
const PASSING = 10_000
/** Longer than a camera takes to start: the browser asks, and waits for an answer. */
const ASKS = 3000

type Which = 'audio' | 'video' | 'both'

export default function DeviceTrouble({ passing = false }: { passing?: boolean }) {
  const { t } = useTranslation()
  const { microphone, camera } = useObservable(media.state)
  // What keeps both away is said once.
  const alike = microphone.failure !== undefined && microphone.failure === camera.failure && ['denied', 'blocked', 'insecure'].includes(microphone.failure)
  const asks = useLasting(microphone.starting || camera.starting, ASKS)
  return (
    <>
      <Trouble failure={microphone.failure} which={alike ? 'both' : 'audio'} passing={passing} />
      {!alike && <Trouble failure={camera.failure} which="video" passing={passing} />}
      <Instead lane={microphone} passing={passing} />
      <Instead lane={camera} passing={passing} />
      {asks && <Notice tone="info">{t('devices.asks')}</Notice>}
    </>
  )
}

function Trouble({ failure, which, passing }: { failure: Failure | undefined; which: Which; passing: boolean }) {
  const { t } = useTranslation()
  const shown = usePassing(failure, passing)
  switch (shown) {
    case undefined:
      return null
    case 'insecure':
      return <Notice>{coded(t('devices.insecure'))}</Notice>
    case 'denied':
      return <Notice title={t(`devices.denied.${which}`)}>{t(`devices.allow.${browserOf(navigator.userAgent)}`)}</Notice>
    case 'blocked':
      return <Notice title={t(`devices.blocked.${which}`)}>{t('devices.blockedHelp')}</Notice>
    default:
      return <Notice>{t(`devices.${shown === 'failed' ? 'broken' : shown}.${which === 'video' ? 'video' : 'audio'}`)}</Notice>
  }
}

function Instead({ lane: { insteadOf }, passing }: { lane: LaneState; passing: boolean }) {
  const { t } = useTranslation()
  const shown = usePassing(insteadOf, passing)
  if (shown === undefined) return null
  return <Notice tone="info">{shown === '' ? t('devices.instead') : t('devices.insteadOf', { device: shown })}</Notice>
}

/** What there is to say; where it passes, only for a while, and not what stood before. */
function usePassing<T>(word: T | undefined, passing: boolean): T | undefined {
  const [said, setSaid] = useState<T | undefined>(passing ? word : undefined)
  useEffect(() => {
    if (word === undefined) return setSaid(undefined)
    if (!passing) return
    const timer = setTimeout(() => setSaid(word), PASSING)
    return () => clearTimeout(timer)
  }, [word, passing])
  return word === said ? undefined : word
}

function useLasting(now: boolean, patience: number): boolean {
  const [long, setLong] = useState(false)
  useEffect(() => {
    setLong(false)
    if (!now) return
    const timer = setTimeout(() => setLong(true), patience)
    return () => clearTimeout(timer)
  }, [now, patience])
  return now && long
}

function coded(text: string): ReactNode {
  const [before, command, after] = text.split('`')
  return (
    <p>
      {before}
      <code>{command}</code>
      {after}
    </p>
  )
}
