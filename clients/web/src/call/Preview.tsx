// One's own picture and the level of one's microphone, before anybody else sees or hears them.
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { ToggleButton } from '../ui/Button.tsx'
import { Avatar } from '../ui/Avatar.tsx'
import { Notice } from '../ui/Notice.tsx'
import { LevelMeter } from './LevelMeter.tsx'
import { Picture } from './Picture.tsx'
import { keys } from './keys.ts'

const DeviceTrouble = lazy(() => import('./DeviceTrouble.tsx'))

export function Preview({ name }: { name: string }) {
  const { t } = useTranslation()
  const { microphone, camera } = useObservable(media.state)
  const picture = camera.on ? camera.track : null
  const nothing = !microphone.on && !camera.on
  return (
    <div className="preview">
      <div className="preview-stage dark">
        <Picture track={picture} mirrored label={t('lobby.preview')} testId="self-video" />
        {!picture && (
          <div className="preview-none">
            {name.trim() && <Avatar name={name} size={88} />}
            <p>{camera.starting ? t('devices.cameraStarts') : t('devices.cameraIsOff')}</p>
          </div>
        )}
        <div className="preview-bar">
          <ToggleButton
            round
            icon={microphone.on ? 'microphone' : 'microphoneOff'}
            aria-label={t('devices.microphone')}
            aria-keyshortcuts="Control+D"
            isSelected={microphone.on}
            onChange={(on) => media.setMicrophone(on)}
          />
          <ToggleButton
            round
            icon={camera.on ? 'camera' : 'cameraOff'}
            aria-label={t('devices.camera')}
            aria-keyshortcuts="Control+E"
            isSelected={camera.on}
            onChange={(on) => media.setCamera(on)}
          />
        </div>
      </div>
      <LevelMeter track={microphone.on ? microphone.track : null} />
      <Suspense>
        <DeviceTrouble />
      </Suspense>
      {nothing ? <Notice tone="info">{t('devices.without')}</Notice> : <p className="small quiet preview-keys">{t('call.shortcuts', { microphone: keys.microphone, camera: keys.camera })}</p>}
    </div>
  )
}
