// What those who took part said of a call.
import type { CallRating } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { dateAndTime } from '../app/times.ts'
import { Avatar } from '../ui/Avatar.tsx'

export function Ratings({ ratings }: { ratings: readonly CallRating[] }) {
  const { t, i18n } = useTranslation()
  if (ratings.length === 0) return <p className="small quiet">{t('adminCalls.noRatings')}</p>
  return (
    <ul className="admin-list" aria-label={t('adminCalls.ratings')}>
      {ratings.map(({ person, name, rating, problems, words, at }) => (
        <li key={person} className="admin-line">
          <Avatar name={name} size={32} />
          <span className="admin-words">
            <span className="admin-name figures">
              {name} · {t('adminCalls.rated', { rating })}
            </span>
            {problems.length > 0 && <span className="small">{problems.map((problem) => t(`adminCalls.problem.${problem}`)).join(', ')}</span>}
            {words && <q className="small quiet">{words}</q>}
          </span>
          <time className="small quiet figures" dateTime={new Date(at).toISOString()}>
            {dateAndTime(i18n.language, at)}
          </time>
        </li>
      ))}
    </ul>
  )
}
