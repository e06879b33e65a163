// Signing in by login and password.
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { session } from '../app/carillon.ts'
import { useTitle } from '../app/title.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useAct } from '../ui/useAct.ts'
import { EntryFrame } from './EntryFrame.tsx'

export default function SignIn({ over = false }: { over?: boolean }) {
  const { t } = useTranslation()
  useTitle(t('entry.signIn'))
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [signIn, { busy, wrong }] = useAct(() => session.signIn(login.trim(), password), {
    unauthenticated: t('entry.wrong'),
    invalid: t('entry.wrong'),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void signIn()
  }
  return (
    <EntryFrame title={t('entry.signIn')} intro={t('entry.signInIntro')}>
      {over && (
        <Notice tone="info" title={t('account.over')}>
          <p>{t('account.overHelp')}</p>
        </Notice>
      )}
      <form onSubmit={submit}>
        <Field
          label={t('entry.login')}
          value={login}
          onChange={setLogin}
          name="username"
          autoComplete="username"
          isRequired
          autoFocus
          inputProps={{ autoCapitalize: 'none', spellCheck: false }}
        />
        <Field
          label={t('entry.password')}
          value={password}
          onChange={setPassword}
          name="password"
          type="password"
          autoComplete="current-password"
          isRequired
        />
        {wrong && <Notice>{wrong}</Notice>}
        <Button type="submit" look="primary" isPending={busy}>
          {t('entry.signIn')}
        </Button>
      </form>
      <p className="quiet small">{t('entry.noAccount')}</p>
      <p className="small">
        <Link href="/doctor">{t('account.test')}</Link>
      </p>
    </EntryFrame>
  )
}
