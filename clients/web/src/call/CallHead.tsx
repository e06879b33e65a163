// Above the stage: where one is, how the call stands, how good the connection is, and the code that proves whose it is.
import type { CallSessionState } from '@carillon/sdk'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { running } from '../app/times.ts'
import { useNow } from '../app/useNow.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'

interface Props {
  room: string
  roomName: string
  state: CallSessionState
  words: string
  onSafety: () => void
}

export function CallHead({ room, roomName, state, words, onSafety }: Props) {
  const { t } = useTranslation()
  const now = useNow(state.liveSince !== undefined)
  return (
    <header className="call-head">
      <Link className="button bare round" href={`/rooms/${room}`} aria-label={t('lobby.back')}>
        <Icon name="back" />
      </Link>
      <div className="call-head-words">
        <h1 className="one-line">{roomName}</h1>
        <p className="one-line small" data-testid="call-state">
          {words}
        </p>
      </div>
      {state.phase === 'live' && (
        <span className="quality small" data-testid="quality" data-word={state.quality.word}>
          <span className="quality-bars" aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          <span className="quality-words">{qualityWords(t, state.quality)}</span>
        </span>
      )}
      {state.liveSince !== undefined && <span className="figures call-clock">{running(now - state.liveSince)}</span>}
      <Button look="bare" round icon="shield" aria-label={t('call.safety')} onPress={onSafety} />
    </header>
  )
}

function qualityWords(t: TFunction, { word, cause }: CallSessionState['quality']): string {
  if (word === 'fair' || word === 'poor') return t(`call.quality.${word}.${cause ?? 'jitter'}`)
  return t(`call.quality.${word}`)
}
