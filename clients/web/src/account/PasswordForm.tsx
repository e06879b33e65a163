// Choosing a password, the first or another one.
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useQueryClient } from '@tanstack/react-query'
import { api } from '../app/carillon.ts'
import { announce } from '../app/announce.ts'
import { useMe } from '../app/session.ts'
import { write } from '../app/tastes.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useAct } from '../ui/useAct.ts'

export function PasswordForm() {
  const { t } = useTranslation()
  const { person } = useMe()
  const queries = useQueryClient()
  const [old, setOld] = useState('')
  const [next, setNext] = useState('')
  const [done, setDone] = useState(false)
  const [change, { busy, wrong }] = useAct(
    async () => {
      setDone(false)
      await api.changePassword(next, old || undefined)
      setOld('')
      setNext('')
      setDone(true)
      write('no-password', undefined)
      announce(t('account.changed'))
      await queries.invalidateQueries({ queryKey: ['sessions'] })
    },
    { refused: t('account.currentWrong'), unauthenticated: t('account.currentWrong') },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void change()
  }
  return (
    <section className="section titled">
      <h2>{t('account.password')}</h2>
      <form className="form" onSubmit={submit}>
        <input className="unseen" type="text" autoComplete="username" value={person.login ?? ''} readOnly tabIndex={-1} aria-hidden="true" />
        <Field label={t('account.current')} help={t('account.currentHelp')} value={old} onChange={setOld} type="password" autoComplete="current-password" />
        <Field
          label={t('account.next')}
          help={t('entry.passwordHelp')}
          value={next}
          onChange={setNext}
          type="password"
          autoComplete="new-password"
          isRequired
          minLength={8}
        />
        {wrong && <Notice>{wrong}</Notice>}
        {done && <Notice tone="info">{t('account.changed')}</Notice>}
        <Button type="submit" isPending={busy}>
          {t('account.change')}
        </Button>
      </form>
    </section>
  )
}
