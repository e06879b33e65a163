// The room that a page looks at. From one page to the next it stays open a moment, so that nothing is fetched twice.
import type { RoomSession } from '@carillon/sdk'
import { useEffect, useState } from 'react'
import { rooms } from './carillon.ts'

const LINGER = 2000

export function useRoomSession(room: string): RoomSession | undefined {
  const [session, setSession] = useState<RoomSession>()
  useEffect(() => {
    const held = rooms.hold(room)
    setSession(held.room)
    return () => {
      setSession(undefined)
      setTimeout(held.release, LINGER)
    }
  }, [room])
  return session?.room === room ? session : undefined
}
