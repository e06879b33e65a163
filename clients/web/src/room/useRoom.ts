// What is known of a room beside its log: its name, its people, its link. Asked anew when the log says that it changed.
import type { RoomEvent } from '@carillon/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '../app/carillon.ts'

const PEOPLE = ['member.joined', 'member.left', 'member.changed']

export function useRoom(room: string, events: readonly RoomEvent[] = []) {
  const queries = useQueryClient()
  const asked = useQuery({ queryKey: ['room', room], queryFn: () => api.room(room) })
  const people = events.findLast(({ kind }) => PEOPLE.includes(kind))?.seq
  useEffect(() => {
    if (people !== undefined) void queries.invalidateQueries({ queryKey: ['room', room] })
  }, [people, room, queries])
  return asked
}
