// Oneself as the other sees it: small in a corner of one's choice, large while one is alone.
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
import { media } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { useObservable } from '../app/useObservable.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Picture } from './Picture.tsx'
import { useCorner } from './useCorner.ts'

interface Props {
  large: boolean
  /** It has its place beside a screen. */
  placed: boolean
}

export function SelfTile({ large, placed }: Props) {
  const { t } = useTranslation()
  const { name } = useMe().person
  const { camera, microphone } = useObservable(media.state)
  const tile = useRef<HTMLDivElement>(null)
  const { at, grip } = useCorner(tile, (to) => announce(t(`call.corner.${to}`)))
  const picture = camera.on ? camera.track : null
  return (
    <div ref={tile} className="tile self" data-large={large || undefined} data-corner={at}>
      <Picture track={picture} mirrored label={t('call.you')} testId="self-video" />
      {!picture && (
        <div className="tile-face">
          <Avatar name={name} size={large ? 112 : 48} />
        </div>
      )}
      <p className="tile-name">
        {!microphone.on && <Icon name="microphoneOff" size={16} />}
        <span className="one-line">{t('call.you')}</span>
      </p>
      {!large && !placed && (
        <button type="button" className="self-grip" data-testid="self-grip" aria-label={`${t('call.moveSelf')} ${t(`call.corner.${at}`)}`} {...grip} />
      )}
    </div>
  )
}
