// Which events of the log deserve a line: what another line says already is left out.
import type { RoomEvent } from '@carillon/sdk'

export function shown(events: readonly RoomEvent[]): RoomEvent[] {
  const starters = new Map<string, string | null | undefined>()
  return events.filter((event) => {
    switch (event.kind) {
      case 'call.started':
        starters.set(event.body.call, event.sender)
        return true
      case 'call.joined': // whoever started it is in it
        return starters.get(event.body.call) !== event.body.member
      case 'call.left': // a call of two ends with it
        return event.body.reason === 'lost'
      default:
        return true
    }
  })
}
