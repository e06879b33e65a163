// How a call went for one of those who were called to it.
import type { CallView } from '@carillon/sdk'

export type Went = 'missed' | 'declined' | 'noAnswer' | 'talked'

export function wentFor(me: string, { initiator, participants, answeredAt, endReason }: Pick<CallView, 'initiator' | 'participants' | 'answeredAt' | 'endReason'>): Went {
  const mine = participants.filter(({ member }) => member === me)
  const came = mine.some(({ joinedAt }) => joinedAt != null)
  if (answeredAt != null && came) return 'talked'
  const declined = mine.some(({ leftReason }) => leftReason === 'declined' || leftReason === 'busy')
  if (initiator !== me) return declined ? 'declined' : 'missed'
  return endReason === 'declined' || endReason === 'busy' ? 'declined' : 'noAnswer'
}
