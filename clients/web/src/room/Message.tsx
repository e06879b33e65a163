// One message: who, what, when; read out in that order.
import { type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { clock, dateAndTime } from '../app/times.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Linked } from './Linked.tsx'

interface Props {
  name: string
  mine: boolean
  text: string
  at: number
  state: 'sent' | 'sending' | 'failed'
  /** It follows one of the same person: name and picture stand above. */
  goesOn: boolean
  children?: ReactNode
}

export function Message({ name, mine, text, at, state, goesOn, children }: Props) {
  const { t, i18n } = useTranslation()
  return (
    <article className="message" data-testid="message" data-state={state} data-mine={mine || undefined} data-goes-on={goesOn || undefined}>
      {!goesOn && <Avatar name={name} size={32} />}
      <div className="message-body">
        <p className={goesOn ? 'message-name unseen' : 'message-name'}>
          {name} {mine && <span className="quiet small">{t('common.you')}</span>}
        </p>
        <p className="message-text" data-testid="message-text">
          <Linked text={text} />
        </p>
        {children}
      </div>
      <time className="message-time small quiet figures" dateTime={new Date(at).toISOString()} title={dateAndTime(i18n.language, at)}>
        {clock(i18n.language, at)}
      </time>
    </article>
  )
}
