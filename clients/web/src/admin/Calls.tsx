// Calls, the newest first: who, how long, how they ended.
import type { NamedCall } from '@carillon/sdk'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'wouter'
import { api } from '../app/carillon.ts'
import { briefly, span } from '../app/times.ts'
import { useTitle } from '../app/title.ts'
import { Blank } from '../ui/Blank.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Listed } from './Listed.tsx'

const PAGE = 20

export function Calls() {
  const { t, i18n } = useTranslation()
  useTitle(t('admin.calls'))
  const [params] = useSearchParams()
  const room = params.get('room') ?? undefined
  const asked = useInfiniteQuery({
    queryKey: ['admin', 'calls', room],
    queryFn: async ({ pageParam }) => (await api.adminCalls({ limit: PAGE, ...(room && { room }), ...(pageParam && { after: pageParam }) })).calls,
    initialPageParam: '',
    getNextPageParam: (page) => (page.length === PAGE ? page.at(-1)!.id : undefined),
    refetchOnMount: 'always',
    refetchInterval: 30_000,
  })
  return (
    <div className="page">
      <header>
        <h1>{t('admin.calls')}</h1>
        <p className="quiet">{t('adminCalls.intro')}</p>
        {room && (
          <p>
            {t('adminCalls.ofRoom')} <Link href="/admin/calls">{t('adminCalls.all')}</Link>
          </p>
        )}
      </header>
      <Listed
        asked={asked}
        label={t('admin.calls')}
        items={asked.data?.pages.flat()}
        empty={
          <Blank icon="phone" title={t('adminCalls.none')}>
            <p>{t('adminCalls.noneHelp')}</p>
          </Blank>
        }
      >
        {(call) => (
          <li key={call.id}>
            <Link className="admin-line" href={`/admin/calls/${call.id}`}>
              <span className="sign">
                <Icon name={call.answeredAt == null ? 'leave' : call.media.video ? 'camera' : 'phone'} size={18} />
              </span>
              <span className="admin-words">
                <span className="one-line admin-name">{call.roomName}</span>
                <span className="one-line small quiet">{others(call)}</span>
              </span>
              <span className="admin-end small quiet figures">
                <span>{outcome(t, i18n.language, call)}</span>
                <time dateTime={new Date(call.startedAt).toISOString()}>{briefly(i18n.language, call.startedAt)}</time>
              </span>
            </Link>
          </li>
        )}
      </Listed>
    </div>
  )
}

/** Where its room is not called by them. */
function others({ roomName, participants }: NamedCall): string {
  const names = [...new Set(participants.map(({ name }) => name))]
  return names.toSorted().join() === roomName.split(', ').toSorted().join() ? '' : names.join(', ')
}

function outcome(t: TFunction, language: string, call: NamedCall): string {
  if (call.state === 'ringing') return t('adminCalls.ringing')
  if (call.state === 'active') return t('adminCalls.going')
  if (call.answeredAt != null) return span(language, call.duration)
  return t(`adminCalls.reason.${call.endReason ?? 'cancelled'}`)
}
