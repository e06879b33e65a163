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
import { LeaveWindow } from './LeaveWindow.tsx'
import { linkOf } from './link.ts'
import { MemberLine } from './MemberLine.tsx'
import type { MemberAct } from './MemberMenu.tsx'

export function RoomPanel({ view, onClose }: { view: RoomView; onClose: () => void }) {
  const { t } = useTranslation()
  const me = useMe().person
  const [, go] = useLocation()
  const queries = useQueryClient()
  const [window, setWindow] = useState<'add' | 'leave'>()
  const close = () => setWindow(undefined)
  const again = () => queries.invalidateQueries({ queryKey: ['room', view.id] })
  const [change, changing] = useAct(async (member: string, act: MemberAct) => {
    await (act === 'remove' ? api.removeMember(view.id, member) : api.changeMember(view.id, member, act))
    await again()
  })
  const [leave, leaving] = useAct(async () => {
    close()
    await api.removeMember(view.id, me.id)
    void queries.invalidateQueries({ queryKey: ['rooms'] })
    go('/')
  })
  const [renew, renewing] = useAct(async () => {
    await api.renewLink(view.id)
    await again()
  })
  const group = view.kind === 'group'
  const owner = group && view.members.some(({ id, role }) => id === me.id && role === 'owner')
  const last = owner && view.members.filter(({ role }) => role === 'owner').length === 1
  const wrong = changing.wrong ?? leaving.wrong ?? renewing.wrong
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
            onAct={owner && member.id !== me.id ? (act) => void change(member.id, act) : undefined}
          />
        ))}
      </ul>
      {owner && (
        <Button icon="plus" onPress={() => setWindow('add')}>
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
      {group && me.kind === 'account' && (
        <Button look="bare" icon="door" isPending={leaving.busy} onPress={() => (last ? setWindow('leave') : void leave())}>
          {t('room.leaveRoom')}
        </Button>
      )}
      {window === 'add' && <AddMember view={view} onClose={close} />}
      {window === 'leave' && <LeaveWindow view={view} onClose={close} onLeave={() => void leave()} />}
    </aside>
  )
}
