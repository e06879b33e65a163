// One's own messages on their way: shown at once, with what became of them.
import type { Outgoing, RoomSession } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { wordsOf } from '../app/words.ts'
import { Button } from '../ui/Button.tsx'
import { Message } from './Message.tsx'

export function Unsent({ session, outbox, name }: { session: RoomSession; outbox: readonly Outgoing[]; name: string }) {
  const { t } = useTranslation()
  return outbox.map(({ requestId, text, at, state, problem }) => (
    <Message key={requestId} name={name} mine text={text} at={at} state={state === 'failed' ? 'failed' : 'sending'} goesOn={false}>
      {state === 'failed' ? (
        <div className="message-failed small" role="alert">
          <span>
            {t('room.failed')}{problem && ` · ${wordsOf(t, problem)}`}
          </span>
          <Button small icon="retry" onPress={() => session.sayAgain(requestId)}>
            {t('room.sendAgain')}
          </Button>
          <Button look="bare" small icon="bin" onPress={() => session.discard(requestId)}>
            {t('room.discard')}
          </Button>
        </div>
      ) : (
        <p className="message-sending small quiet">{t('room.sending')}</p>
      )}
    </Message>
  ))
}
