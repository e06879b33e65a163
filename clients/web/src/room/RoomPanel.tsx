// Beside the chat: who is in the room, and how others come in.
import type { RoomView } from '@carillon/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { api } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { Button } from '../ui/Button.tsx'
import { CopyField } from '../ui/CopyField.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useAct } from '../ui/useAct.ts'
import { AddMember } from './AddMember.tsx'
import { linkOf } from './link.ts'
import { MemberLine } from './MemberLine.tsx'

export function RoomPanel({ view, onClose }: { view: RoomView; onClose: () => void }) {
  const { t } = useTranslation()
  const me = useMe().person
  const [, go] = useLocation()
  const queries = useQueryClient()
  const [adding, setAdding] = useState(false)
  const again = () => queries.invalidateQueries({ queryKey: ['room', view.id] })
  const [remove, removing] = useAct(async (member: string) => {
    await api.removeMember(view.id, member)
    if (member !== me.id) return again()
    void queries.invalidateQueries({ queryKey: ['rooms'] })
    go('/')
  })
  const [renew, renewing] = useAct(async () => {
    await api.renewLink(view.id)
    await again()
  })
  const group = view.kind === 'group'
  const owner = group && view.members.some(({ id, role }) => id === me.id && role === 'owner')
  const wrong = removing.wrong ?? renewing.wrong
  return (
    <aside className="room-panel" aria-label={t('room.panel')}>
      <h1 className="narrow-title">{view.name}</h1>
      <header className="spread">
        <h2>{t('room.panel')}</h2>
        <Button look="bare" small round icon="close" aria-label={t('common.close')} onPress={onClose} />
      </header>
      {wrong && <Notice>{wrong}</Notice>}
      <ul aria-label={t('room.members')}>
        {view.members.map((member) => (
          <MemberLine
            key={member.id}
            member={member}
            mine={member.id === me.id}
            onRemove={owner && member.id !== me.id ? () => void remove(member.id) : undefined}
          />
        ))}
      </ul>
      {owner && (
        <Button icon="plus" onPress={() => setAdding(true)}>
          {t('room.add')}
        </Button>
      )}
      {view.link && (
        <section className="stack">
          <CopyField label={t('room.linkForGuests')} value={linkOf(view.link)} />
          <p className="small quiet">{t('room.linkHelp')}</p>
          {owner && (
            <div className="row">
              <Button small icon="retry" isPending={renewing.busy} onPress={() => void renew()}>
                {t('room.newLink')}
              </Button>
              <span className="small quiet">{t('room.newLinkHelp')}</span>
            </div>
          )}
        </section>
      )}
      {group && !owner && me.kind === 'account' && (
        <Button look="bare" icon="door" isPending={removing.busy} onPress={() => void remove(me.id)}>
          {t('room.leaveRoom')}
        </Button>
      )}
      {adding && <AddMember view={view} onClose={() => setAdding(false)} />}
    </aside>
  )
}
