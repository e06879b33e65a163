// How many messages of others came while nobody looked at the chat.
import type { RoomSession } from '@carillon/sdk'
import { useEffect, useState } from 'react'
import { useMe } from '../app/session.ts'
import { sound } from '../sound/bells.ts'

export function useUnread(session: RoomSession | undefined, looking: boolean): number {
  const me = useMe().person.id
  const [unread, setUnread] = useState(0)
  useEffect(() => {
    setUnread(0)
    if (!session || looking) return
    let read = session.state.get().events.at(-1)?.seq
    return session.state.watch(() => {
      const { events } = session.state.get()
      const last = events.at(-1)?.seq
      if (read === undefined) read = last // the log was not there yet
      if (last === undefined || read === undefined || last <= read) return
      const from = read
      const fresh = events.filter(({ seq, kind, sender }) => seq > from && kind === 'message.posted' && sender !== me).length
      read = last
      if (fresh === 0) return
      sound('message')
      setUnread((before) => before + fresh)
    })
  }, [session, looking, me])
  return unread
}
