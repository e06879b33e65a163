// What happened in a room beside what was said: who came and went, and the calls.
import type { RoomEvent } from '@carillon/sdk'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { clock, span } from '../app/times.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'

export function EventLine({ event, names }: { event: RoomEvent; names: Map<string, string> }) {
  const { t, i18n } = useTranslation()
  const { icon, text } = line(event, names, t, i18n.language)
  if (!text) return null
  return (
    <p className="event-line small quiet" data-testid="notice">
      <Icon name={icon} size={16} />
      <span>{text}</span>
      <time className="figures" dateTime={new Date(event.at).toISOString()}>
        {clock(i18n.language, event.at)}
      </time>
    </p>
  )
}

function line(event: RoomEvent, names: Map<string, string>, t: TFunction, language: string): { icon: IconName; text: string } {
  const nameOf = (id: string | null | undefined) => names.get(id ?? '') ?? t('call.somebody')
  switch (event.kind) {
    case 'room.created':
      return { icon: 'rooms', text: t('room.event.created', { name: nameOf(event.sender) }) }
    case 'member.joined':
      return { icon: 'person', text: t('room.event.joined', { name: event.body.name }) }
    case 'member.left':
      return { icon: 'door', text: t(event.body.removedBy ? 'room.event.removed' : 'room.event.left', { name: nameOf(event.body.member) }) }
    case 'member.changed':
      return { icon: 'person', text: t(event.body.role === 'owner' ? 'room.event.owner' : 'room.event.ownerNoMore', { name: nameOf(event.body.member) }) }
    case 'call.started':
      return { icon: 'phone', text: t('room.event.callStarted', { name: nameOf(event.sender) }) }
    case 'call.joined':
      return { icon: 'phone', text: t('room.event.callJoined', { name: event.body.name }) }
    case 'call.left':
      return { icon: 'leave', text: t('room.event.callLost', { name: nameOf(event.body.member) }) }
    case 'call.ended':
      return { icon: 'leave', text: ended(event.body, t, language) }
    case 'message.posted':
      return { icon: 'rooms', text: '' }
    default:
      return { icon: 'bell', text: t('room.event.other') }
  }
}

function ended({ answered, duration, reason }: { answered: boolean; duration: number; reason: string }, t: TFunction, language: string): string {
  if (answered) return t('room.event.callEnded', { duration: span(language, duration) })
  if (reason === 'declined') return t('room.event.callDeclined')
  if (reason === 'busy') return t('room.event.callBusy')
  if (reason === 'noAnswer') return t('room.event.callMissed')
  return t('room.event.callCancelled')
}
