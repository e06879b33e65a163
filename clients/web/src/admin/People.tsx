// Everybody with an account: their role, and whether it is open.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../app/carillon.ts'
import { useTitle } from '../app/title.ts'
import { Options } from '../ui/Options.tsx'
import { Search } from '../ui/Search.tsx'
import { Listed } from './Listed.tsx'
import { PersonRow } from './PersonRow.tsx'

export function People() {
  const { t } = useTranslation()
  useTitle(t('admin.people'))
  const [which, setWhich] = useState<'open' | 'closed'>('open')
  const [query, setQuery] = useState('')
  const looked = useDeferredValue(query.trim())
  const closed = which === 'closed'
  const asked = useInfiniteQuery({
    queryKey: ['admin', 'people', closed, looked],
    queryFn: ({ pageParam }) => api.accounts(looked, { closed, ...(pageParam && { after: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    refetchOnMount: 'always',
    placeholderData: keepPreviousData,
  })
  return (
    <div className="page">
      <header className="admin-head">
        <div>
          <h1>{t('admin.people')}</h1>
          <p className="quiet">{t('adminPeople.intro')}</p>
        </div>
        <Link className="button primary" href="/admin/invitations">
          {t('home.invite')}
        </Link>
      </header>
      <div className="admin-filters">
        <Search label={t('adminPeople.find')} value={query} onChange={setQuery} />
        <Options
          label={t('adminPeople.which')}
          options={[
            { id: 'open', name: t('adminPeople.open') },
            { id: 'closed', name: t('adminPeople.closed') },
          ]}
          chosen={which}
          onChoose={setWhich}
        />
      </div>
      <Listed
        asked={asked}
        label={t('admin.people')}
        items={asked.data?.pages.flatMap(({ accounts }) => accounts)}
        empty={<p className="quiet">{closed && !looked ? t('adminPeople.noneClosed') : t('adminPeople.none')}</p>}
      >
        {(person) => <PersonRow key={person.id} person={person} />}
      </Listed>
    </div>
  )
}
