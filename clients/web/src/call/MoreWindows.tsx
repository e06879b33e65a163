// What the menu of a call opens: its devices, its safety code, its figures, its keys.
import type { CallSession, CallSessionState } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Toggle } from '../ui/Toggle.tsx'
import { Window } from '../ui/Window.tsx'
import { DevicePickers } from './DevicePickers.tsx'
import { Figures } from './Figures.tsx'
import { KeysWindow } from './KeysWindow.tsx'
import { LevelMeter } from './LevelMeter.tsx'
import { useHints, wantHints } from './hints.ts'
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
  const hints = useHints()
  return (
    <>
      <Window title={t('devices.title')} open={open === 'devices'} onClose={onClose} dark>
        <LevelMeter track={microphone.on ? microphone.track : null} />
        <DevicePickers />
        <Toggle label={t('devices.hints')} help={t('devices.hintsHelp')} on={hints} onChange={(on) => wantHints(on)} />
      </Window>
      <KeysWindow open={open === 'keys'} onClose={onClose} />
      <SafetyCode state={state} open={open === 'safety'} onClose={onClose} />
      <Window title={t('call.figures')} open={open === 'figures'} onClose={onClose} dark>
        <Figures session={session} />
      </Window>
    </>
  )
}
