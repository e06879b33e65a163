// Oneself as the other sees it: small in the corner, large while one is alone.
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { useObservable } from '../app/useObservable.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Picture } from './Picture.tsx'

export function SelfTile({ large }: { large: boolean }) {
  const { t } = useTranslation()
  const { name } = useMe().person
  const { screen, camera, microphone } = useObservable(media.state)
  const picture = screen ?? (camera.on ? camera.track : null)
  return (
    <div className="tile self" data-large={large || undefined}>
      <Picture track={picture} mirrored={!screen} label={t('call.you')} testId="self-video" />
      {!picture && (
        <div className="tile-face">
          <Avatar name={name} size={large ? 112 : 48} />
        </div>
      )}
      <p className="tile-name">
        {!microphone.on && <Icon name="microphoneOff" size={16} />}
        <span className="one-line">{screen ? t('call.youShare') : t('call.you')}</span>
      </p>
    </div>
  )
}
