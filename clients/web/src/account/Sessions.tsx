// Where one is signed in, and the way out.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { api, session } from '../app/carillon.ts'
import { dateAndTime } from '../app/times.ts'
import { wordsOf } from '../app/words.ts'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { useAct } from '../ui/useAct.ts'
import './sessions.css'

export function Sessions() {
  const { t, i18n } = useTranslation()
  const [, go] = useLocation()
  const queries = useQueryClient()
  const asked = useQuery({ queryKey: ['sessions'], queryFn: () => api.sessions() })
  const [end, ending] = useAct(async (id: string) => {
    await api.endSession(id)
    await queries.invalidateQueries({ queryKey: ['sessions'] })
  })
  const [signOut, leaving] = useAct(async (everywhere: boolean) => {
    await (everywhere ? session.signOutEverywhere() : session.signOut())
    go('/')
  })
  const wrong = ending.wrong ?? leaving.wrong ?? (asked.error && wordsOf(t, asked.error))
  return (
    <section className="section titled">
      <h2>{t('account.sessions')}</h2>
      {asked.isPending && <Skeleton lines={2} tall />}
      <ul className="sessions" aria-label={t('account.sessions')}>
        {asked.data?.sessions.map(({ id, device, seenAt, current }) => (
          <li key={id}>
            <span className="sessions-words">
              <span>
                {device.name || t('account.unnamed')} {current && <strong className="small">{t('account.here')}</strong>}
              </span>
              <span className="small quiet figures">{t('account.seen', { when: dateAndTime(i18n.language, seenAt) })}</span>
            </span>
            {!current && (
              <Button
                small
                isDisabled={ending.busy}
                aria-label={t('account.signOutSession', { device: device.name || t('account.unnamed') })}
                onPress={() => void end(id)}
              >
                {t('account.signOutShort')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {wrong && <Notice>{wrong}</Notice>}
      <div className="row">
        <Button icon="door" isDisabled={leaving.busy} onPress={() => void signOut(false)}>
          {t('account.signOut')}
        </Button>
        <Button look="bare" isDisabled={leaving.busy} onPress={() => void signOut(true)}>
          {t('account.signOutEverywhere')}
        </Button>
      </div>
    </section>
  )
}
