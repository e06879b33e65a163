// Every room, from outside.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../app/carillon.ts'
import { briefly, dateAndTime } from '../app/times.ts'
import { useTitle } from '../app/title.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Blank } from '../ui/Blank.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Listed } from './Listed.tsx'

const PAGE = 50

export function Rooms() {
  const { t, i18n } = useTranslation()
  useTitle(t('admin.rooms'))
  const asked = useInfiniteQuery({
    queryKey: ['admin', 'rooms'],
    queryFn: async ({ pageParam }) => (await api.adminRooms({ limit: PAGE, ...(pageParam && { after: pageParam }) })).rooms,
    initialPageParam: '',
    getNextPageParam: (page) => (page.length === PAGE ? page.at(-1)!.id : undefined),
    refetchOnMount: 'always',
  })
  const count = new Intl.NumberFormat(i18n.language)
  return (
    <div className="page">
      <header>
        <h1>{t('admin.rooms')}</h1>
        <p className="quiet">{t('adminRooms.intro')}</p>
      </header>
      <Listed
        asked={asked}
        label={t('admin.rooms')}
        items={asked.data?.pages.flat()}
        empty={
          <Blank icon="rooms" title={t('adminRooms.none')}>
            <p>{t('adminRooms.noneHelp')}</p>
          </Blank>
        }
      >
        {(room) => (
          <li key={room.id} className="admin-line">
            {room.direct ? (
              <Avatar name={room.name} size={32} />
            ) : (
              <span className="sign">
                <Icon name="rooms" size={18} />
              </span>
            )}
            <span className="admin-words">
              <span className="one-line admin-name">{room.name}</span>
              <span className="small quiet figures">
                {[
                  room.direct ? t('adminRooms.direct') : t('adminRooms.members', { number: count.format(room.members) }),
                  t('adminRooms.events', { number: count.format(room.events) }),
                ].join(' · ')}
              </span>
            </span>
            <time className="small quiet figures" dateTime={new Date(room.lastAt ?? room.createdAt).toISOString()} title={dateAndTime(i18n.language, room.createdAt)}>
              {briefly(i18n.language, room.lastAt ?? room.createdAt)}
            </time>
            <Link className="button plain small-button" href={`/admin/calls?room=${room.id}`} aria-label={t('adminRooms.calls', { room: room.name })}>
              {t('adminRooms.callsShort')}
            </Link>
          </li>
        )}
      </Listed>
    </div>
  )
}
