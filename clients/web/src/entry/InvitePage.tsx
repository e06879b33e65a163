// Accepting an invitation: login, name, password.
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { session } from '../app/carillon.ts'
import { useTitle } from '../app/title.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useAct } from '../ui/useAct.ts'
import { EntryFrame } from './EntryFrame.tsx'
import { takeToken } from './token.ts'

export default function InvitePage() {
  const { t } = useTranslation()
  useTitle(t('entry.invited'))
  const [token] = useState(takeToken)
  const [, go] = useLocation()
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [accept, { busy, problem, wrong }] = useAct(
    async () => {
      await session.acceptInvitation(token, { login: login.trim(), name: name.trim(), password })
      go('/', { replace: true })
    },
    { conflict: t('entry.loginTaken') },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void accept()
  }
  if (!token || problem?.kind === 'gone' || problem?.kind === 'missing' || problem?.kind === 'unauthenticated') {
    return (
      <EntryFrame title={t('entry.inviteOver')} intro={problem?.word.startsWith('invitation-') && problem.kind === 'gone' ? wrong! : t('entry.inviteOverHelp')}>
        <Link className="button primary" href="/sign-in">
          {t('entry.signIn')}
        </Link>
      </EntryFrame>
    )
  }
  return (
    <EntryFrame title={t('entry.invited')} intro={t('entry.invitedIntro')}>
      <form onSubmit={submit}>
        <Field
          label={t('entry.login')}
          help={t('entry.loginHelp')}
          value={login}
          onChange={setLogin}
          name="username"
          autoComplete="username"
          isRequired
          autoFocus
          minLength={2}
          maxLength={64}
          pattern="[A-Za-z0-9._\-]+"
          inputProps={{ autoCapitalize: 'none', spellCheck: false }}
        />
        <Field label={t('entry.name')} value={name} onChange={setName} name="name" autoComplete="name" isRequired maxLength={80} />
        <Field
          label={t('entry.password')}
          help={t('entry.passwordHelp')}
          value={password}
          onChange={setPassword}
          name="new-password"
          type="password"
          autoComplete="new-password"
          isRequired
          minLength={8}
        />
        {wrong && <Notice>{wrong}</Notice>}
        <Button type="submit" look="primary" isPending={busy}>
          {t('entry.accept')}
        </Button>
      </form>
    </EntryFrame>
  )
}
