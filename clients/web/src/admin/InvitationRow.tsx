// One invitation: for whom, and what became of it.
import type { Invitation } from '@carillon/sdk'
import { useQueryClient } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { api } from '../app/carillon.ts'
import { dateAndTime } from '../app/times.ts'
import { Button } from '../ui/Button.tsx'
import { useAct } from '../ui/useAct.ts'

export function InvitationRow({ invitation }: { invitation: Invitation }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const [revoke, { busy, wrong }] = useAct(async () => {
    await api.revokeInvitation(invitation.id)
    await queries.invalidateQueries({ queryKey: ['admin', 'invitations'] })
  })
  const note = invitation.note || t('adminInvitations.unnamed')
  const { open, words } = became(t, i18n.language, invitation)
  return (
    <li className="admin-line">
      <span className="admin-words">
        <span className={invitation.note ? 'one-line admin-name' : 'one-line quiet'}>{note}</span>
        <span className="small quiet figures">
          {invitation.role === 'admin' && `${t('invitations.admin')} · `}
          {words}
        </span>
        {wrong && (
          <span className="small person-wrong" role="alert">
            {wrong}
          </span>
        )}
      </span>
      {open && (
        <Button small isPending={busy} aria-label={t('adminInvitations.revokeOne', { note })} onPress={() => void revoke()}>
          {t('adminInvitations.revoke')}
        </Button>
      )}
    </li>
  )
}

function became(t: TFunction, language: string, { usedAt, revokedAt, expiresAt }: Invitation): { open: boolean; words: string } {
  const when = (at: number) => ({ when: dateAndTime(language, at) })
  if (usedAt != null) return { open: false, words: t('adminInvitations.used', when(usedAt)) }
  if (revokedAt != null) return { open: false, words: t('adminInvitations.revoked', when(revokedAt)) }
  if (expiresAt < Date.now()) return { open: false, words: t('adminInvitations.expired', when(expiresAt)) }
  return { open: true, words: t('adminInvitations.open', when(expiresAt)) }
}
