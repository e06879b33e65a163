// What people in a log are called: the members of today, and those who left, by what the log said of them.
import type { Member, RoomEvent } from '@carillon/sdk'

export function namesOf(members: readonly Member[], events: readonly RoomEvent[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const event of events) {
    if (event.kind === 'member.joined' || event.kind === 'call.joined') names.set(event.body.member, event.body.name)
  }
  for (const { id, name } of members) names.set(id, name)
  return names
}
