// One's rooms, newest first, and the way to a new one.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoute } from 'wouter'
import { api, link } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { wordsOf } from '../app/words.ts'
import { Blank } from '../ui/Blank.tsx'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { NewRoom } from './NewRoom.tsx'
import { RoomLine } from './RoomLine.tsx'
import './rooms.css'

const PAGE = 50

export function useRooms() {
  const queries = useQueryClient()
  useEffect(() => {
    const again = () => void queries.invalidateQueries({ queryKey: ['rooms'] })
    let { up } = link.state.get()
    const ends = [
      link.on('rooms:changed', again),
      link.state.watch(() => {
        const before = up
        up = link.state.get().up
        if (up && !before) again() // what changed meanwhile is not told
      }),
    ]
    return () => ends.forEach((end) => end())
  }, [queries])
  return useInfiniteQuery({
    queryKey: ['rooms'],
    queryFn: async ({ pageParam }) => (await api.rooms({ limit: PAGE, ...(pageParam && { after: pageParam }) })).rooms,
    initialPageParam: '',
    getNextPageParam: (page) => (page.length === PAGE ? page.at(-1)!.id : undefined),
    refetchOnMount: 'always',
    // Who is in which room is told; that something was said in one that is not open is seen here.
    refetchInterval: 30_000,
  })
}

export function RoomList({ children }: { children?: ReactNode }) {
  const { t } = useTranslation()
  const { person } = useMe()
  const rooms = useRooms()
  const [inside, params] = useRoute('/rooms/:room/*?')
  const list = rooms.data?.pages.flat() ?? []
  return (
    <section className="rooms" aria-labelledby="rooms-title">
      <header className="rooms-head">
        {inside ? <h2 id="rooms-title">{t('home.title')}</h2> : <h1 id="rooms-title">{t('home.title')}</h1>}
        {person.kind === 'account' && <NewRoom primary={!inside} />}
      </header>
      {children}
      {rooms.isPending && <Skeleton tall />}
      {rooms.isError && list.length === 0 && (
        <Notice>
          <p>{wordsOf(t, rooms.error)}</p>
          <Button small onPress={() => void rooms.refetch()}>
            {t('common.again')}
          </Button>
        </Notice>
      )}
      {rooms.isSuccess && list.length === 0 && (
        <Blank icon="rooms" title={t('home.noRooms')}>
          <p>{t('home.noRoomsHelp')}</p>
        </Blank>
      )}
      {list.length > 0 && (
        <nav aria-label={t('home.yourRooms')}>
          <ul>
            {list.map((room) => (
              <RoomLine key={room.id} room={room} here={params?.room === room.id} />
            ))}
          </ul>
        </nav>
      )}
      {rooms.hasNextPage && (
        <Button look="bare" small isPending={rooms.isFetchingNextPage} onPress={() => void rooms.fetchNextPage()}>
          {t('home.more')}
        </Button>
      )}
    </section>
  )
}
