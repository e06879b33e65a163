// How a call ended, how long it lasted and how it was, and what one can do now.
import type { CallSessionState } from '@carillon/sdk'
import type { TFunction } from 'i18next'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { announce } from '../app/announce.ts'
import { calls } from '../app/carillon.ts'
import { span } from '../app/times.ts'
import { useObservable } from '../app/useObservable.ts'
import { wordsOf } from '../app/words.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { courseOf, wordOf } from './course.ts'
import { nameOf } from './state-words.ts'
import './ended.css'

const Rating = lazy(() => import('./Rating.tsx'))

interface Props {
  room: string
  state: CallSessionState
  called: string | undefined
  onAgain: () => void
}

export function Ended({ room, state, called, onAgain }: Props) {
  const { t, i18n } = useTranslation()
  const name = nameOf(t, state.other, called)
  const { title, help } = words(t, state, name)
  useEffect(() => announce(title), [title])
  const full = state.end?.reason === 'full'
  const duration = state.end?.duration ?? 0
  const talked = state.liveSince !== undefined && duration > 0 && state.end?.reason !== 'elsewhere'
  const course = courseOf(useObservable(calls.state).current)
  const went = course && wordOf(course)
  return (
    <div className="ended" data-testid="call" data-phase="ended" data-reason={state.end?.reason}>
      {called !== undefined && <Avatar name={called} size={72} />}
      <h1>{title}</h1>
      {help && <p className="quiet">{help}</p>}
      {duration > 0 && (
        <div className="ended-words quiet figures">
          <p data-testid="duration">{t('ended.lasted', { duration: span(i18n.language, duration) })}</p>
          {went && <p data-testid="went">{t(`ended.went.${went}`)}</p>}
          {course !== undefined && course.broke > 0 && <p>{t('ended.broke', { times: course.broke })}</p>}
        </div>
      )}
      <div className="ended-buttons">
        <Link className={full ? 'button primary' : 'button plain'} href={`/rooms/${room}`}>
          {t('ended.back')}
        </Link>
        <Button look={full ? 'plain' : 'primary'} icon={full ? 'retry' : 'phone'} onPress={onAgain}>
          {full ? t('common.again') : called === undefined ? t('ended.rejoin') : t('ended.again')}
        </Button>
      </div>
      {talked && state.call && (
        <Suspense>
          <Rating call={state.call.id} />
        </Suspense>
      )}
    </div>
  )
}

function words(t: TFunction, { end, liveSince }: CallSessionState, name: string): { title: string; help?: string } {
  switch (end?.reason) {
    case 'noAnswer':
      return { title: t('ended.noAnswer', { name }) }
    case 'declined':
      return { title: t('ended.declined', { name }) }
    case 'busy':
      return { title: t('ended.busy', { name }) }
    case 'lost':
      return { title: t('ended.lost') }
    case 'elsewhere':
      return { title: t('ended.elsewhere') }
    case 'full':
      return { title: t('call.full'), help: t('call.fullHelp') }
    case 'refused':
      return { title: t('call.refused'), ...(end.problem && { help: wordsOf(t, end.problem) }) }
    case 'hangup':
      return { title: t('ended.hangup'), ...(liveSince === undefined && { help: t('ended.tooEarly') }) }
    default:
      return { title: t('ended.hangup') }
  }
}
