// One room in the list: its name, when something last happened there, and whether there is something new.
import type { RoomSummary } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useFresh } from '../app/seen.ts'
import { briefly } from '../app/times.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Icon } from '../ui/Icon.tsx'

export function RoomLine({ room, here }: { room: RoomSummary; here: boolean }) {
  const { t, i18n } = useTranslation()
  const fresh = useFresh(room) && !here
  return (
    <li>
      <Link href={`/rooms/${room.id}`} className="room-line" aria-current={here ? 'page' : undefined} data-fresh={fresh || undefined}>
        {room.kind === 'direct' ? (
          <Avatar name={room.name} size={32} />
        ) : (
          <span className="sign">
            <Icon name="rooms" size={18} />
          </span>
        )}
        <span className="one-line room-line-name">{room.name}</span>
        {fresh && <span className="unseen">{t('home.unread')}</span>}
        <time className="small quiet figures" dateTime={new Date(room.lastAt).toISOString()} aria-hidden="true">
          {briefly(i18n.language, room.lastAt)}
        </time>
      </Link>
    </li>
  )
}
