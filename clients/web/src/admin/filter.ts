// What of the record is wanted, as it stands in the fields; and as it is asked for.
import type { AuditFilter, AuditOutcome } from '@carillon/sdk'

export interface Wanted {
  action: string
  outcome: AuditOutcome | 'any'
  who: string
  /** Who that is, when it is nobody of the list. */
  whoName: string
  subject: string
  /** Days, `2026-11-25`. */
  from: string
  until: string
}

export const none: Wanted = { action: '', outcome: 'any', who: '', whoName: '', subject: '', from: '', until: '' }

export function asked({ action, outcome, who, subject, from, until }: Wanted): AuditFilter {
  const [begin, end] = [dayOf(from), dayOf(until)]
  return {
    ...(action && { action }),
    ...(outcome !== 'any' && { outcome }),
    ...(who && { who }),
    ...(subject && { subject }),
    ...(begin && { from: begin.getTime() }),
    // To the end of that day.
    ...(end && { until: new Date(end.getFullYear(), end.getMonth(), end.getDate() + 1).getTime() - 1 }),
  }
}

export const narrowed = (wanted: Wanted) => Object.keys(asked(wanted)).length > 0

function dayOf(text: string): Date | undefined {
  const [year, month, day] = text.split('-').map(Number)
  return year && month && day ? new Date(year, month - 1, day) : undefined
}
