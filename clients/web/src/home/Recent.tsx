// One's last calls: with whom, how long, which one missed; and the way to call again.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { api, calls } from '../app/carillon.ts'
import { Button } from '../ui/Button.tsx'
import { RecentLine } from './RecentLine.tsx'
import { useRooms } from './RoomList.tsx'
import './recent.css'

const FIRST = 5

export function Recent() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  useEffect(() => {
    let before = calls.state.get()
    return calls.state.watch(() => {
      const now = calls.state.get()
      const fewer = before.live.some(({ id }) => !now.live.some((call) => call.id === id))
      before = now
      if (fewer) void queries.invalidateQueries({ queryKey: ['recent'] })
    })
  }, [queries])
  const asked = useInfiniteQuery({
    queryKey: ['recent'],
    queryFn: async ({ pageParam }) => (await api.recentCalls(pageParam ? { limit: 4 * FIRST, after: pageParam } : { limit: FIRST })).calls,
    initialPageParam: '',
    getNextPageParam: (page, pages) => (page.length === (pages.length === 1 ? FIRST : 4 * FIRST) ? page.at(-1)!.id : undefined),
    refetchOnMount: 'always',
    refetchInterval: 60_000,
  })
  const rooms = useRooms().data?.pages.flat()
  const over = asked.data?.pages.flat().filter(({ state }) => state === 'ended') ?? []
  // Whoever has not called yet needs no word about it.
  if (over.length === 0) return null
  return (
    <section className="people" aria-labelledby="recent-title">
      <header className="people-head">
        <h2 id="recent-title">{t('home.recent')}</h2>
      </header>
      <ul className="people-list" aria-labelledby="recent-title">
        {over.map((call) => (
          <RecentLine key={call.id} call={call} room={rooms?.find(({ id }) => id === call.room)} />
        ))}
      </ul>
      {asked.hasNextPage && (
        <div>
          <Button look="bare" small isPending={asked.isFetchingNextPage} onPress={() => void asked.fetchNextPage()}>
            {t('home.moreCalls')}
          </Button>
        </div>
      )}
    </section>
  )
}
