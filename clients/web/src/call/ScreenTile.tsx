// The screen that the other one shows: whole, and as large as it gets.
import type { Stream } from '@carillon/sdk'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/Icon.tsx'

export function ScreenTile({ screen, name }: { screen: Stream; name: string }) {
  const { t } = useTranslation()
  const video = useRef<HTMLVideoElement>(null)
  const words = t('call.shares', { name })
  useEffect(() => {
    if (!video.current) return
    video.current.srcObject = screen as MediaStream
    video.current.play().catch(() => {}) // begins with the first frame
  }, [screen])
  return (
    <div className="tile screen">
      <video ref={video} className="picture whole" aria-label={words} data-testid="remote-screen" data-floats="" autoPlay muted playsInline />
      <p className="tile-name">
        <Icon name="screen" size={16} />
        <span className="one-line">{words}</span>
      </p>
    </div>
  )
}
