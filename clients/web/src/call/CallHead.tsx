// Above the stage: where one is, how the call stands, how good the connection is, and the code that proves whose it is.
import type { CallSessionState } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { running } from '../app/times.ts'
import { useNow } from '../app/useNow.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { qualityWords } from './quality-words.ts'

interface Props {
  room: string
  roomName: string
  state: CallSessionState
  words: string
  onSafety: () => void
  onFigures: () => void
}

export function CallHead({ room, roomName, state, words, onSafety, onFigures }: Props) {
  const { t } = useTranslation()
  const now = useNow(state.liveSince !== undefined)
  const { word } = state.quality
  const troubled = state.phase === 'live' && (word === 'fair' || word === 'poor')
  return (
    <header className="call-head">
      <Link className="button bare round" href={`/rooms/${room}`} aria-label={t('lobby.back')}>
        <Icon name="back" />
      </Link>
      <div className="call-head-words">
        <h1 className="one-line">{roomName}</h1>
        <p className="one-line small" data-testid="call-state" data-troubled={troubled || undefined}>
          {words}
        </p>
        {/* Where there is no room beside the bars, what troubles the connection stands here. */}
        {troubled && <p className="small call-head-trouble">{qualityWords(t, state.quality)}</p>}
      </div>
      {state.phase === 'live' && (
        <button type="button" className="quality small" data-testid="quality" data-word={word} title={t('call.figures')} onClick={onFigures}>
          <span className="quality-bars" aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          <span className="quality-words">{qualityWords(t, state.quality)}</span>
        </button>
      )}
      {state.liveSince !== undefined && <span className="figures call-clock">{running(now - state.liveSince)}</span>}
      <Button look="bare" round icon="shield" aria-label={t('call.safety')} onPress={onSafety} />
    </header>
  )
}
