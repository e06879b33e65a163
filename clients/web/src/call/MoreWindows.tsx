// What the menu of a call opens: its devices, its safety code, its figures.
import type { CallSession, CallSessionState } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Window } from '../ui/Window.tsx'
import { DevicePickers } from './DevicePickers.tsx'
import { Figures } from './Figures.tsx'
import { LevelMeter } from './LevelMeter.tsx'
import type { More } from './MoreMenu.tsx'
import { SafetyCode } from './SafetyCode.tsx'

interface Props {
  session: CallSession
  state: CallSessionState
  open: More | undefined
  onClose: () => void
}

export function MoreWindows({ session, state, open, onClose }: Props) {
  const { t } = useTranslation()
  const { microphone } = useObservable(media.state)
  return (
    <>
      <Window title={t('devices.title')} open={open === 'devices'} onClose={onClose} dark>
        <LevelMeter track={microphone.on ? microphone.track : null} />
        <DevicePickers />
      </Window>
      <SafetyCode state={state} open={open === 'safety'} onClose={onClose} />
      <Window title={t('call.figures')} open={open === 'figures'} onClose={onClose} dark>
        <Figures session={session} />
      </Window>
    </>
  )
}
