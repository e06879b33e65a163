// Over the stage, while one waits: for what, for how long, and what one can do.
import type { CallSessionState } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { useNow } from '../app/useNow.ts'
import { stateWords } from './state-words.ts'

/** Connecting takes longer than usual. */
const LONG = 8000

export function StageWords({ state, called }: { state: CallSessionState; called: string | undefined }) {
  const { t } = useTranslation()
  const { phase, since } = state
  const waits = phase !== 'live' && phase !== 'ended'
  const now = useNow(waits)
  if (!waits) return null
  const lasts = now - since
  const help =
    phase === 'waiting'
      ? t('call.state.waitingHelp')
      : phase === 'connecting' && lasts > LONG
        ? t('call.state.connectingLong')
        : phase === 'reconnecting'
          ? t('call.state.reconnectingHelp', { seconds: Math.max(1, Math.round(lasts / 1000)) })
          : ''
  return (
    <div className="stage-words" data-phase={phase}>
      <p className="stage-words-main">{stateWords(t, state, called)}</p>
      {help && <p className="small figures">{help}</p>}
    </div>
  )
}
