// The other one: their picture or their initials, their name, whether they are muted, and what is wrong when nothing comes.
import type { CallSessionState } from '@carillon/sdk'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar } from '../ui/Avatar.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useWhole } from './Picture.tsx'
import { nameOf } from './state-words.ts'
import { useLevel } from './useLevel.ts'

interface Props {
  state: CallSessionState
  called: string | undefined
  /** Somebody is there. */
  shown: boolean
}

export function RemoteTile({ state, called, shown }: Props) {
  const { t } = useTranslation()
  const { other, remote, phase } = state
  const tile = useRef<HTMLDivElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const whole = useWhole(video)
  const name = nameOf(t, other, called)
  const pictured = shown && phase !== 'connecting' && other?.video === true && remote !== undefined
  useEffect(() => {
    if (!video.current) return
    video.current.srcObject = (remote as MediaStream | undefined) ?? null
    if (remote) video.current.play().catch(() => {}) // begins with the first frame
  }, [remote])
  const sound = remote?.getTracks().find(({ kind }) => kind === 'audio')
  useLevel(other?.audio ? sound : null, (level) => tile.current?.style.setProperty('--level', level.toFixed(2)))
  return (
    <div className="tile remote" ref={tile} data-empty={!shown || undefined}>
      <video
        ref={video}
        className={whole ? 'picture whole' : 'picture'}
        hidden={!pictured}
        aria-label={name}
        data-testid="remote-video"
        data-floats=""
        autoPlay
        muted
        playsInline
      />
      {!pictured && (shown || phase === 'ringing') && (
        <div className="tile-face" data-ringing={phase === 'ringing' || undefined}>
          <Avatar name={name} size={112} />
          {other?.video === false && <span className="unseen">{t('call.remoteCameraOff', { name })}</span>}
        </div>
      )}
      {shown && (
        <p className="tile-name">
          {other && !other.audio && (
            <span data-testid="remote-muted" title={t('call.remoteMuted', { name })}>
              <Icon name="microphoneOff" size={16} />
              <span className="unseen">{t('call.remoteMuted', { name })}</span>
            </span>
          )}
          <span className="one-line">{name}</span>
        </p>
      )}
    </div>
  )
}
