// The first page: one's rooms, the last calls, and whom one can call.
import { useTranslation } from 'react-i18next'
import { Redirect } from 'wouter'
import { useMe } from '../app/session.ts'
import { read } from '../app/tastes.ts'
import { useTitle } from '../app/title.ts'
import { Frame } from '../shell/Frame.tsx'
import { ChoosePassword } from './ChoosePassword.tsx'
import { JoinBy } from './JoinBy.tsx'
import { PeopleList } from './PeopleList.tsx'
import { Recent } from './Recent.tsx'
import { RoomList } from './RoomList.tsx'

export default function Home() {
  const { t } = useTranslation()
  const { person, room } = useMe()
  useTitle(t('home.title'))
  // A guest has one room, and knows nobody outside it.
  if (person.kind === 'guest') return room ? <Redirect to={`/rooms/${room}`} replace /> : <RoomList />
  return (
    <Frame
      list={
        <RoomList>
          <JoinBy />
        </RoomList>
      }
      front="list"
    >
      {read('no-password', false) && <ChoosePassword />}
      <Recent />
      <PeopleList />
    </Frame>
  )
}
