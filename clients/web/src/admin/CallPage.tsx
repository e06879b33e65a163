// One call: who was in it and when, how it ended, how it went, what they said of it.
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../app/carillon.ts'
import { dateAndTime, span } from '../app/times.ts'
import { useTitle } from '../app/title.ts'
import { wordsOf } from '../app/words.ts'
import { Icon } from '../ui/Icon.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Participants } from './Participants.tsx'
import { Ratings } from './Ratings.tsx'
import { charts, linesOf } from './series.ts'

const Chart = lazy(() => import('./Chart.tsx'))

export function CallPage({ call: id }: { call: string }) {
  const { t, i18n } = useTranslation()
  const asked = useQuery({
    queryKey: ['admin', 'call', id],
    queryFn: () => api.adminCall(id),
    // That one looked is on record.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  useTitle(asked.data?.roomName ?? t('admin.calls'))
  if (!asked.data) return <div className="page">{asked.error ? <Failed words={wordsOf(t, asked.error)} /> : <Skeleton tall />}</div>
  const { call, roomName, ratings } = asked.data
  const drawn = charts.filter((chart) => linesOf(asked.data, chart).length > 0)
  const reason = call.endReason ? t(`adminCalls.reason.${call.endReason}`) : t(call.state === 'ringing' ? 'adminCalls.ringing' : 'adminCalls.going')
  return (
    <div className="page">
      <header>
        <BackLink />
        <h1>{roomName}</h1>
      </header>
      <dl className="admin-facts figures">
        <dt>{t('adminCalls.began')}</dt>
        <dd>{dateAndTime(i18n.language, call.startedAt)}</dd>
        <dt>{t('adminCalls.lasted')}</dt>
        <dd>{call.answeredAt == null ? '–' : span(i18n.language, call.duration)}</dd>
        <dt>{t('adminCalls.ended')}</dt>
        <dd>{reason}</dd>
        <dt>{t('adminCalls.kind')}</dt>
        <dd>{t(call.media.video ? 'adminCalls.withVideo' : 'adminCalls.soundOnly')}</dd>
      </dl>
      <section className="section">
        <h2>{t('adminCalls.participants')}</h2>
        <Participants participants={call.participants} />
      </section>
      <section className="section">
        <h2>{t('adminCalls.figures')}</h2>
        <p className="small quiet">{drawn.length > 0 ? t('adminCalls.figuresHelp') : t('adminCalls.noFigures')}</p>
        <Suspense fallback={<Skeleton lines={3} tall />}>
          {drawn.map((chart) => (
            <Chart key={chart} chart={chart} lines={linesOf(asked.data, chart)} />
          ))}
        </Suspense>
      </section>
      <section className="section">
        <h2>{t('adminCalls.ratings')}</h2>
        <Ratings ratings={ratings} />
      </section>
    </div>
  )
}

function Failed({ words }: { words: string }) {
  const { t } = useTranslation()
  return (
    <>
      <header>
        <BackLink />
        <h1>{t('problem.title')}</h1>
      </header>
      <Notice>{words}</Notice>
    </>
  )
}

function BackLink() {
  const { t } = useTranslation()
  return (
    <Link className="admin-back small" href="/admin/calls">
      <Icon name="back" size={16} />
      {t('adminCalls.all')}
    </Link>
  )
}
