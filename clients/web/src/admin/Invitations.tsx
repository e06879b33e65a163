// Inviting people: a link that makes one account; and what became of those given before.
import type { AccountRole } from '@carillon/sdk'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../app/carillon.ts'
import { dateAndTime } from '../app/times.ts'
import { useTitle } from '../app/title.ts'
import { Button } from '../ui/Button.tsx'
import { CopyField } from '../ui/CopyField.tsx'
import { Field } from '../ui/Field.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Options } from '../ui/Options.tsx'
import { useAct } from '../ui/useAct.ts'
import { InvitationRow } from './InvitationRow.tsx'
import { Listed } from './Listed.tsx'

export function Invitations() {
  const { t, i18n } = useTranslation()
  useTitle(t('invitations.title'))
  const queries = useQueryClient()
  const [role, setRole] = useState<AccountRole>('member')
  const [note, setNote] = useState('')
  const [made, setMade] = useState<{ token: string; expiresAt: number }[]>([])
  const [invite, { busy, wrong }] = useAct(async () => {
    const invitation = await api.invite(role, note.trim() || undefined)
    setMade((before) => [invitation, ...before])
    setNote('')
    await queries.invalidateQueries({ queryKey: ['admin', 'invitations'] })
  })
  const asked = useInfiniteQuery({
    queryKey: ['admin', 'invitations'],
    queryFn: ({ pageParam }) => api.invitations(pageParam ? { after: pageParam } : {}),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    refetchOnMount: 'always',
  })
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
      <section className="section">
        <h2>{t('adminInvitations.list')}</h2>
        <Listed
          asked={asked}
          label={t('adminInvitations.list')}
          items={asked.data?.pages.flatMap(({ invitations }) => invitations)}
          empty={<p className="quiet">{t('adminInvitations.none')}</p>}
        >
          {(invitation) => <InvitationRow key={invitation.id} invitation={invitation} />}
        </Listed>
      </section>
    </div>
  )
}
