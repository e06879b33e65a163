// A room's head: where one is, its people, its call.
import type { RoomView } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { calls } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { useObservable } from '../app/useObservable.ts'
import { callRoom, roomOf } from '../call/calling.ts'
import { useCallState } from '../call/useCallState.ts'
import { Button, ToggleButton } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'

interface Props {
  room: string
  view: RoomView | undefined
  panel: boolean
  onPanel: (open: boolean) => void
}

export function RoomHead({ room, view, panel, onPanel }: Props) {
  const { t } = useTranslation()
  const me = useMe().person
  const guests = view?.members.filter(({ id }) => id !== me.id) ?? []
  return (
    <header className="room-head">
      {me.kind === 'account' && (
        <Link className="button bare round room-back" href="/" aria-label={t('common.home')}>
          <Icon name="back" />
        </Link>
      )}
      <div className="room-head-words">
        <h1 className="one-line">{view?.name ?? ' '}</h1>
        <p className="one-line small quiet">{view && view.kind === 'group' && guests.map(({ name }) => name).join(', ')}</p>
      </div>
      <ToggleButton look="bare" round icon="people" aria-label={t('room.panel')} isSelected={panel} onChange={onPanel} />
      {view && <CallButton room={room} view={view} />}
    </header>
  )
}

function CallButton({ room, view }: { room: string; view: RoomView }) {
  const { t } = useTranslation()
  const me = useMe().person
  const [, go] = useLocation()
  const { live, current } = useObservable(calls.state)
  const state = useCallState(current)
  const there = `/rooms/${room}/call`
  const other = view.kind === 'direct' ? view.members.find(({ id }) => id !== me.id) : undefined
  const inIt = current && state?.phase !== 'ended' && roomOf(current) === room
  if (inIt) {
    return (
      <Link className="button live" href={there}>
        <Icon name="phone" />
        <span className="call-word">{t('room.returnToCall')}</span>
      </Link>
    )
  }
  if (live.some((call) => call.room === room)) {
    return (
      <Link className="button live" href={there}>
        <Icon name="phone" />
        <span className="call-word">{t('room.joinCall')}</span>
      </Link>
    )
  }
  if (other) {
    const call = () => {
      callRoom(room, other.id)
      go(there)
    }
    return (
      <Button look="primary" icon="phone" onPress={call}>
        <span className="call-word">{t('room.call')}</span>
      </Button>
    )
  }
  return (
    <Link className="button primary" href={there}>
      <Icon name="phone" />
      <span className="call-word">{t('room.startCall')}</span>
    </Link>
  )
}
