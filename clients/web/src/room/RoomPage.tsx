// A room: what was said in it, who is in it, and the way into its call.
import { useState } from 'react'
import { problemOf } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useRoomSession } from '../app/rooms.ts'
import { useMe } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { wordsOf } from '../app/words.ts'
import { RoomList } from '../home/RoomList.tsx'
import { Frame } from '../shell/Frame.tsx'
import { Blank } from '../ui/Blank.tsx'
import { Button } from '../ui/Button.tsx'
import { Chat } from './Chat.tsx'
import { FreshRoom } from './FreshRoom.tsx'
import { RoomHead } from './RoomHead.tsx'
import { RoomPanel } from './RoomPanel.tsx'
import { useRoom } from './useRoom.ts'
import './room.css'

export default function RoomPage({ room }: { room: string }) {
  const { t } = useTranslation()
  const me = useMe().person
  const session = useRoomSession(room)
  const asked = useRoom(room)
  const view = asked.data
  const [panel, setPanel] = useState(false)
  useTitle(view?.name ?? t('home.title'))

  const problem = asked.error && !view ? problemOf(asked.error) : undefined
  const list = me.kind === 'account' ? <RoomList /> : null
  if (problem) {
    const closed = ['refused', 'missing', 'invalid'].includes(problem.kind)
    return (
      <Frame list={list} front="content">
        <div className="alone">
          <Blank icon="door" title={closed ? t('room.notYours') : t('problem.title')} level={1}>
            <p>{closed ? t('room.notYoursHelp') : wordsOf(t, problem)}</p>
            {closed ? (
              <Link className="button plain" href="/">
                {t('common.home')}
              </Link>
            ) : (
              <Button onPress={() => void asked.refetch()}>{t('common.again')}</Button>
            )}
          </Blank>
        </div>
      </Frame>
    )
  }
  return (
    <Frame
      list={list}
      front={panel ? 'panel' : 'content'}
      panel={panel && view ? <RoomPanel view={view} onClose={() => setPanel(false)} /> : undefined}
    >
      <div className="room">
        <RoomHead room={room} view={view} panel={panel} onPanel={setPanel} />
        <div className="room-chat">{session && <Chat session={session} empty={view && <FreshRoom view={view} />} />}</div>
      </div>
    </Frame>
  )
}
