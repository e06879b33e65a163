// A room's conversation: its log, and where one writes. The same on the room's page and beside a call.
import type { RoomSession } from '@carillon/sdk'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../app/session.ts'
import { useObservable } from '../app/useObservable.ts'
import { Blank } from '../ui/Blank.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Composer } from './Composer.tsx'
import { Log } from './Log.tsx'
import { namesOf } from './names.ts'
import { Typing } from './Typing.tsx'
import { useRoom } from './useRoom.ts'
import './chat.css'

export function Chat({ session, empty }: { session: RoomSession; empty?: ReactNode }) {
  const { t } = useTranslation()
  const me = useMe().person
  const state = useObservable(session.state)
  const room = useRoom(session.room, state.events)
  const members = room.data?.members
  const names = useMemo(() => namesOf(members ?? [], state.events), [members, state.events])
  const { name = '', kind } = room.data ?? {}
  const hint = name && (kind === 'direct' ? t('home.writePerson', { name }) : t('room.write', { room: name }))
  if (state.refused) {
    return (
      <Blank icon="door" title={t('room.notYours')}>
        <p>{t('room.notYoursHelp')}</p>
      </Blank>
    )
  }
  return (
    <div className="chat">
      {state.loaded || state.outbox.length > 0 ? (
        <Log session={session} state={state} names={names} me={me} groupName={kind === 'group' ? name : undefined} empty={empty} />
      ) : (
        <div className="log-place">
          <Skeleton lines={6} />
        </div>
      )}
      <Typing names={state.typing.filter((id) => id !== me.id).map((id) => names.get(id) ?? '…')} />
      <Composer session={session} hint={hint} />
    </div>
  )
}
