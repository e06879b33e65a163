// Everybody with an account here: to call, or to write to.
import type { Person } from '@carillon/sdk'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { wordsOf } from '../app/words.ts'
import { Blank } from '../ui/Blank.tsx'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Search } from '../ui/Search.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { BringIn } from './BringIn.tsx'
import { PersonLine } from './PersonLine.tsx'
import './people.css'

const PAGE = 50
/** Up to so many others, one is still bringing people in. */
const FEW = 3

export function usePeople(query: string) {
  return useInfiniteQuery({
    queryKey: ['people', query],
    queryFn: ({ pageParam }) => api.accounts(query, { limit: PAGE, ...(pageParam && { after: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    refetchOnMount: 'always',
    // Whoever is alone waits for somebody.
    refetchInterval: ({ state }) => ((state.data?.pages[0]?.accounts.length ?? 0) > 1 ? 30_000 : 5_000),
    placeholderData: (before) => before,
  })
}

export function PeopleList() {
  const { t } = useTranslation()
  const me = useMe().person
  const [query, setQuery] = useState('')
  const asked = useDeferredValue(query.trim())
  const people = usePeople(asked)
  const others: Person[] = (people.data?.pages.flatMap(({ accounts }) => accounts) ?? []).filter(({ id }) => id !== me.id)
  return (
    <section className="people" aria-labelledby="people-title">
      <header className="people-head">
        <h2 id="people-title">{t('home.people')}</h2>
        {(others.length > 5 || query !== '') && <Search label={t('home.find')} value={query} onChange={setQuery} />}
      </header>
      {people.isPending && <Skeleton tall />}
      {people.isError && others.length === 0 && <Notice>{wordsOf(t, people.error)}</Notice>}
      {people.isSuccess && others.length === 0 && (asked ? <p className="quiet">{t('home.notFound')}</p> : <Nobody admin={me.role === 'admin'} />)}
      {others.length > 0 && (
        <ul className="people-list" aria-labelledby="people-title">
          {others.map((person) => (
            <PersonLine key={person.id} person={person} />
          ))}
        </ul>
      )}
      {others.length > 0 && others.length <= FEW && !asked && <BringIn admin={me.role === 'admin'} />}
      {people.hasNextPage && (
        <Button look="bare" small isPending={people.isFetchingNextPage} onPress={() => void people.fetchNextPage()}>
          {t('home.morePeople')}
        </Button>
      )}
    </section>
  )
}

function Nobody({ admin }: { admin: boolean }) {
  const { t } = useTranslation()
  return (
    <Blank icon="people" title={t('home.nobody')} level={2}>
      <p>{t('home.nobodyHelp')}</p>
      {admin && (
        <Link className="button plain" href="/admin/invitations">
          {t('home.invite')}
        </Link>
      )}
    </Blank>
  )
}
