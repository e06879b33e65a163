// One past call.
import type { NamedCall, RoomSummary } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useMe } from '../app/session.ts'
import { briefly, span } from '../app/times.ts'
import { useCallPerson } from '../call/useCalling.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useAct } from '../ui/useAct.ts'
import { wentFor } from './recent.ts'

interface Props {
  call: NamedCall
  /** Where it was, while one is in it still. */
  room: RoomSummary | undefined
}

export function RecentLine({ call, room }: Props) {
  const { t, i18n } = useTranslation()
  const me = useMe().person.id
  const [, go] = useLocation()
  const callPerson = useCallPerson()
  const other = room?.kind === 'direct' ? call.participants.find(({ member }) => member !== me)?.member : undefined
  const [again, { busy, wrong }] = useAct(async () => {
    if (other !== undefined) await callPerson({ id: other })
    else go(`/rooms/${call.room}/call`)
  })
  const went = wentFor(me, call)
  const words = went === 'talked' ? span(i18n.language, call.duration) : t(`home.${went}`)
  return (
    <li className="person-line">
      {other !== undefined ? (
        <Avatar name={call.roomName} />
      ) : (
        <span className="recent-sign">
          <Icon name="rooms" size={20} />
        </span>
      )}
      <span className="person-words">
        <Link className="one-line recent-name" href={`/rooms/${call.room}`}>
          {call.roomName}
        </Link>
        <span className="one-line small quiet figures recent-words" data-went={went}>
          <Icon name={went === 'talked' ? 'phone' : 'leave'} size={14} />
          {words} ·{' '}
          <time dateTime={new Date(call.startedAt).toISOString()}>{briefly(i18n.language, call.startedAt)}</time>
        </span>
        {wrong && <span className="small person-wrong">{wrong}</span>}
      </span>
      <Button look="bare" round icon="phone" aria-label={t('home.callAgain', { name: call.roomName })} isPending={busy} onPress={() => void again()} />
    </li>
  )
}
