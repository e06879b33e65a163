// The one-time link: signs in by the token behind `#`, which never reaches the server's log.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { problemOf, type CarillonProblem } from '@carillon/sdk'
import { session } from '../app/carillon.ts'
import { write } from '../app/tastes.ts'
import { useTitle } from '../app/title.ts'
import { wordsOf } from '../app/words.ts'
import { Button } from '../ui/Button.tsx'
import { EntryFrame } from './EntryFrame.tsx'
import { takeToken } from './token.ts'

export default function LinkPage() {
  const { t } = useTranslation()
  useTitle(t('entry.signIn'))
  const [token] = useState(takeToken)
  const [, go] = useLocation()
  const [problem, setProblem] = useState<CarillonProblem>()
  const [tries, setTries] = useState(0)
  useEffect(() => {
    session.signInByLink(token).then(
      () => {
        write('no-password', true)
        go('/', { replace: true })
      },
      (thrown: unknown) => setProblem(problemOf(thrown)),
    )
  }, [token, tries, go])

  if (!problem) return <EntryFrame title={t('entry.opening')} />
  if (problem.passing) {
    return (
      <EntryFrame title={t('problem.title')} intro={wordsOf(t, problem)}>
        <Button look="primary" onPress={() => (setProblem(undefined), setTries(tries + 1))}>
          {t('common.again')}
        </Button>
      </EntryFrame>
    )
  }
  return (
    <EntryFrame title={t('entry.linkOver')} intro={t('entry.linkOverHelp')}>
      <Link className="button primary" href="/sign-in">
        {t('entry.signIn')}
      </Link>
    </EntryFrame>
  )
}
