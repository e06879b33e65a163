// The microphone's level as a row of strokes, and a word when nothing comes from it.
import type { Track } from '@carillon/sdk'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/Icon.tsx'
import { HintNotice } from './HintNotice.tsx'
import { useHint } from './hints.ts'
import { useLevel } from './useLevel.ts'

const STROKES = 24
/** So long without the least sound is odd: a live microphone always rustles. */
const SILENCE = 5000

export function LevelMeter({ track }: { track: Track | null }) {
  const { t } = useTranslation()
  const meter = useRef<HTMLDivElement>(null)
  const heard = useRef(0)
  const [silent, setSilent] = useState(false)
  const hinted = useHint('silent')
  useEffect(() => {
    heard.current = 0
    setSilent(false)
  }, [track])
  useLevel(track, (level) => {
    const now = Date.now()
    if (level > 0 || heard.current === 0) heard.current = now
    setSilent(track !== null && now - heard.current > SILENCE)
    const element = meter.current
    if (!element) return
    element.setAttribute('aria-valuenow', String(Math.round(level * 100)))
    for (const [at, stroke] of [...element.children].entries()) stroke.toggleAttribute('data-lit', at < level * STROKES)
  })
  return (
    <>
      <div className="level">
        <Icon name={track ? 'microphone' : 'microphoneOff'} size={18} />
        <div ref={meter} className="level-strokes" role="meter" aria-label={t('devices.level')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0}>
          {Array.from({ length: STROKES }, (_, stroke) => (
            <span key={stroke} />
          ))}
        </div>
      </div>
      {silent && hinted && (
        <HintNotice hint="silent" title={t('devices.silent')}>
          {t('devices.silentHelp')}
        </HintNotice>
      )}
    </>
  )
}
