// Somebody calls: who, and what to do about it.
import type { Incoming as Ringing } from '@carillon/sdk'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { calls, media } from '../app/carillon.ts'
import { useUrgentTitle } from '../app/title.ts'
import { ring } from '../sound/bells.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Window } from '../ui/Window.tsx'
import { accept } from './calling.ts'
import './incoming.css'

export default function Incoming({ incoming }: { incoming: Ringing }) {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const { name } = incoming.from
  const { video } = incoming.call.media
  // Whoever is called by voice shows nothing; whoever had the camera off, neither.
  const camera = video && media.choices.camera
  useUrgentTitle(t('call.incoming', { name }))
  useEffect(() => ring(), [])
  const answer = (withoutCamera: boolean) => {
    const room = accept(withoutCamera)
    if (room !== undefined) go(`/rooms/${room}/call`)
  }
  return (
    <Window title={t('call.incoming', { name })} alert open onClose={() => {}}>
      <div className="incoming">
        <Avatar name={name} size={72} />
        <p className="quiet">{video ? t('call.incomingVideo') : t('call.incomingAudio')}</p>
      </div>
      <div className="incoming-buttons">
        <Button look="danger" icon="leave" onPress={() => calls.decline()}>
          {t('call.decline')}
        </Button>
        <Button look="live" icon={camera ? 'camera' : 'phone'} onPress={() => answer(!camera)}>
          {t('call.accept')}
        </Button>
        {camera && (
          <Button look="plain" icon="phone" onPress={() => answer(true)}>
            {t('call.acceptAudio')}
          </Button>
        )}
      </div>
    </Window>
  )
}
