// A room's call: first the lobby, then the stage, then how it ended.
import { lazy, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { calls } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { useObservable } from '../app/useObservable.ts'
import { useRoom } from '../room/useRoom.ts'
import { Ended } from './Ended.tsx'
import { Lobby } from './Lobby.tsx'
import { callRoom, roomOf } from './calling.ts'
import { useCallState } from './useCallState.ts'

/** The lobby itself is there by then. */
const SETTLED = 1000

const loadStage = () => import('./Stage.tsx')
const Stage = lazy(loadStage)

export default function CallPage({ room }: { room: string }) {
  const { t } = useTranslation()
  const me = useMe().person
  const { current } = useObservable(calls.state)
  const state = useCallState(current)
  const view = useRoom(room).data
  const other = view?.kind === 'direct' ? view.members.find(({ id }) => id !== me.id) : undefined
  const name = other?.name ?? view?.name ?? ''
  useTitle(name || t('call.ongoing'))

  useEffect(() => {
    const timer = setTimeout(() => void loadStage(), SETTLED) // while one is in the lobby
    return () => clearTimeout(timer)
  }, [])
  // The word about the end is read once.
  useEffect(() => () => calls.dismiss(), [])

  const mine = current && (roomOf(current) ?? room) === room
  if (!current || !state || !mine) return <Lobby room={room} name={name} onJoin={() => void callRoom(room, other?.id)} />
  if (state.phase === 'ended') return <Ended room={room} state={state} called={other?.name} onAgain={() => void callRoom(room, other?.id)} />
  return <Stage room={room} roomName={name} session={current} state={state} called={other?.name} />
}
