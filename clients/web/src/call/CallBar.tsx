// The one bar of a call.
import type { CallPhase, CallSession } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Toolbar } from 'react-aria-components/Toolbar'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Button, ToggleButton } from '../ui/Button.tsx'
import { MoreMenu, type More } from './MoreMenu.tsx'

interface Props {
  session: CallSession
  phase: CallPhase
  chatOpen: boolean
  unread: number
  onShare: (on: boolean) => void
  onChat: (open: boolean) => void
  onMore: (more: More) => void
}

export function CallBar({ session, phase, chatOpen, unread, onShare, onChat, onMore }: Props) {
  const { t } = useTranslation()
  const { microphone, camera, screen } = useObservable(media.state)
  const ringing = phase === 'ringing' || phase === 'entering'
  return (
    <Toolbar className="bar" aria-label={t('call.controls')}>
      <ToggleButton
        icon={microphone.on ? 'microphone' : 'microphoneOff'}
        aria-label={t('devices.microphone')}
        aria-keyshortcuts="Control+D"
        isSelected={microphone.on}
        onChange={(on) => media.setMicrophone(on)}
      />
      <ToggleButton
        icon={camera.on ? 'camera' : 'cameraOff'}
        aria-label={t('devices.camera')}
        aria-keyshortcuts="Control+E"
        isSelected={camera.on}
        onChange={(on) => media.setCamera(on)}
      />
      {media.canShareScreen && (
        <ToggleButton look="bare" icon="screen" aria-label={t('call.share')} aria-keyshortcuts="S" isSelected={screen !== null} onChange={onShare} />
      )}
      <span className="bar-chat">
        <ToggleButton look="bare" icon="chat" aria-label={t('call.chat')} aria-keyshortcuts="C" isSelected={chatOpen} onChange={onChat} />
        {unread > 0 && (
          <span className="bar-unread figures" aria-hidden="true">
            {unread}
          </span>
        )}
      </span>
      <MoreMenu onMore={onMore} />
      <Button look="danger" icon="leave" aria-label={ringing ? t('call.cancel') : t('call.leave')} onPress={() => session.leave()} />
    </Toolbar>
  )
}
