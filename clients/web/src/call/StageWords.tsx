// Over the stage, while one waits: for what, for how long, and what one can do.
import type { CallSessionState } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { span } from '../app/times.ts'
import { useNow } from '../app/useNow.ts'
import { stateWords } from './state-words.ts'

/** Connecting takes longer than usual. */
const LONG = 8000
/** What comes back by itself has mostly come back by now. */
const TOO_LONG = 20_000

export function StageWords({ state, called }: { state: CallSessionState; called: string | undefined }) {
  const { t, i18n } = useTranslation()
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
          ? t(lasts > TOO_LONG ? 'call.state.reconnectingLong' : 'call.state.reconnectingHelp', { time: span(i18n.language, Math.max(1, lasts / 1000)) })
          : ''
  return (
    <div className="stage-words" data-phase={phase}>
      <p className="stage-words-main">{stateWords(t, state, called)}</p>
      {help && <p className="small figures">{help}</p>}
    </div>
  )
}
