// The log's events as lines: messages in groups of one person, what happened between them, a line for each new day.
import type { RoomEvent } from '@carillon/sdk'
import { memo, Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { day } from '../app/times.ts'
import { EventLine } from './EventLine.tsx'
import { Message } from './Message.tsx'
import { shown } from './shown.ts'

/** A pause so long begins a new group. */
const GROUP = 5 * 60_000

interface Props {
  events: readonly RoomEvent[]
  names: Map<string, string>
  me: string
}

export const Entries = memo(function Entries({ events, names, me }: Props) {
  const { t, i18n } = useTranslation()
  let before: RoomEvent | undefined
  return shown(events).map((event) => {
    const last = before
    before = event
    const newDay = !last || new Date(last.at).toDateString() !== new Date(event.at).toDateString()
    const goesOn =
      !newDay && last?.kind === 'message.posted' && event.kind === 'message.posted' && last.sender === event.sender && event.at - last.at < GROUP
    return (
      <Fragment key={event.id}>
        {newDay && (
          <p className="log-day small">
            <span>{day(t, i18n.language, event.at)}</span>
          </p>
        )}
        {event.kind === 'message.posted' ? (
          <Message
            name={names.get(event.sender ?? '') ?? '…'}
            mine={event.sender === me}
            text={event.body.text}
            at={event.at}
            state="sent"
            goesOn={goesOn}
          />
        ) : (
          <EventLine event={event} names={names} />
        )}
      </Fragment>
    )
  })
})
