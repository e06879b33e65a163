// One event of the record in a line.
import type { AuditEvent, AuditOutcome } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { briefly, clock } from '../app/times.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { actorOf } from './actor.ts'

export const signs: Record<AuditOutcome, IconName> = { done: 'check', failed: 'alert', refused: 'close' }

export function AuditRow({ event, open, onOpen }: { event: AuditEvent; open: boolean; onOpen: () => void }) {
  const { t, i18n } = useTranslation()
  const { action, outcome, at } = event
  const date = briefly(i18n.language, at)
  const time = clock(i18n.language, at)
  return (
    <li>
      <button type="button" className="audit-row" aria-expanded={open} data-outcome={outcome} onClick={onOpen}>
        <Icon name={signs[outcome]} size={16} />
        <span className="audit-words">
          <span className="one-line admin-name">{action}</span>
          <span className="one-line small quiet">
            {outcome !== 'done' && `${t(`adminAudit.${outcome}`)} · `}
            {actorOf(t, event)}
          </span>
        </span>
        <time className="small quiet figures" dateTime={new Date(at).toISOString()}>
          {date === time ? time : `${date}, ${time}`}
        </time>
      </button>
    </li>
  )
}
