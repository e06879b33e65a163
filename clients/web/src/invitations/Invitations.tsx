// Administrators invite people: a link that makes one account.
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { dateAndTime } from '../app/times.ts'
import { useTitle } from '../app/title.ts'
import { Blank } from '../ui/Blank.tsx'
import { Button } from '../ui/Button.tsx'
import { CopyField } from '../ui/CopyField.tsx'
import { Field } from '../ui/Field.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Options } from '../ui/Options.tsx'
import { useAct } from '../ui/useAct.ts'

export default function Invitations() {
  const { t, i18n } = useTranslation()
  useTitle(t('invitations.title'))
  const { person } = useMe()
  const [role, setRole] = useState<'member' | 'admin'>('member')
  const [note, setNote] = useState('')
  const [made, setMade] = useState<{ token: string; expiresAt: number }[]>([])
  const [invite, { busy, wrong }] = useAct(async () => {
    const invitation = await api.invite(role, note.trim() || undefined)
    setMade((before) => [invitation, ...before])
    setNote('')
  })
  if (person.role !== 'admin') return <Blank icon="door" title={t('invitations.onlyAdmins')} level={1} />
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void invite()
  }
  return (
    <div className="page">
      <header>
        <h1>{t('invitations.title')}</h1>
        <p className="quiet">{t('invitations.intro')}</p>
      </header>
      <form className="form" onSubmit={submit}>
        <Options
          label={t('invitations.role')}
          options={[
            { id: 'member', name: t('invitations.member') },
            { id: 'admin', name: t('invitations.admin') },
          ]}
          chosen={role}
          onChoose={setRole}
        />
        <Field label={t('invitations.note')} help={t('invitations.noteHelp')} value={note} onChange={setNote} maxLength={200} />
        {wrong && <Notice>{wrong}</Notice>}
        <Button type="submit" look="primary" isPending={busy}>
          {t('invitations.create')}
        </Button>
      </form>
      {made.map(({ token, expiresAt }) => (
        <section key={token} className="section">
          <CopyField label={t('invitations.link')} value={`${location.origin}/invite#${token}`} />
          <p className="small quiet">{t('invitations.until', { when: dateAndTime(i18n.language, expiresAt) })}</p>
        </section>
      ))}
    </div>
  )
}
