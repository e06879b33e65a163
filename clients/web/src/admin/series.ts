// What the legs of a call measured, as lines over time: counts become rates between one measurement and the next.
import type { AdminCall, Flow, LegFigures, Snapshot } from '@carillon/sdk'

export type Point = readonly [at: number, value: number]

export interface Line {
  name: string
  points: Point[]
}

export const charts = ['received', 'sent', 'loss', 'trip', 'jitter'] as const
export type ChartName = (typeof charts)[number]

export const units: Record<ChartName, string> = { received: 'kbit/s', sent: 'kbit/s', loss: '%', trip: 'ms', jitter: 'ms' }

type Between = (before: Snapshot, now: Snapshot) => number | undefined

const measures: Record<ChartName, Between> = {
  received: (before, now) => rate(before, now, 'bytesReceived'),
  sent: (before, now) => rate(before, now, 'bytesSent'),
  loss: (before, now) => {
    const lost = Math.max(0, all(now, 'packetsLost') - all(before, 'packetsLost'))
    const received = Math.max(0, all(now, 'packetsReceived') - all(before, 'packetsReceived'))
    return lost + received > 0 ? (100 * lost) / (lost + received) : undefined
  },
  trip: (_, { rtt }) => (rtt === undefined ? undefined : rtt * 1000),
  jitter: (_, { audio }) => (audio ? audio.jitter * 1000 : undefined),
}

const all = ({ audio, video }: Snapshot, count: keyof Omit<Flow, 'codec'>) => (audio?.[count] ?? 0) + (video?.[count] ?? 0)

function rate(before: Snapshot, now: Snapshot, count: 'bytesSent' | 'bytesReceived'): number | undefined {
  const [bytes, time] = [all(now, count) - all(before, count), now.at - before.at]
  return time > 0 ? Math.max(0, (bytes * 8) / time) : undefined
}

/** One line a leg; whoever came in again has several of one name. */
export function linesOf({ call, legs }: Pick<AdminCall, 'call' | 'legs'>, chart: ChartName): Line[] {
  const began = (leg: LegFigures) => call.participants.find(({ id }) => id === leg.participant)?.joinedAt
  return legs
    .map((leg) => {
      const first = leg.snapshots[0]
      const at = leg.leg === 1 ? began(leg) : undefined
      const zero: Snapshot[] = at != null && first && at < first.at ? [{ at }] : []
      const snapshots = [...zero, ...leg.snapshots]
      const points = snapshots.slice(1).flatMap((now, place): Point[] => {
        const value = measures[chart](snapshots[place]!, now)
        return value === undefined ? [] : [[now.at, value]]
      })
      return { name: leg.name, points }
    })
    .filter(({ points }) => points.length > 0)
}

/** All times of all lines, and each line's value at each: what a table and a drawing need. */
export function aligned(lines: readonly Line[]): { times: number[]; columns: (number | null)[][] } {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b)
  const columns = lines.map(({ points }) => {
    const values = new Map(points)
    return times.map((at) => values.get(at) ?? null)
  })
  return { times, columns }
}
