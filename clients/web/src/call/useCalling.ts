// Calling a person from wherever one is.
import { useLocation } from 'wouter'
import { api } from '../app/carillon.ts'
import { callRoom } from './calling.ts'

export function useCallPerson(): (person: { id: string }) => Promise<void> {
  const [, go] = useLocation()
  return async ({ id }) => {
    const { room } = await api.direct(id)
    callRoom(room.id, id)
    go(`/rooms/${room.id}/call`)
  }
}
