// Beside the record: everything that is known of one event.
import type { AuditEvent } from '@carillon/sdk'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { dateAndTime } from '../app/times.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { actorOf } from './actor.ts'
import { signs } from './AuditRow.tsx'
import type { Wanted } from './filter.ts'

interface Props {
  event: AuditEvent
  onClose: () => void
  onNarrow: (wanted: Partial<Wanted>) => void
}

export function AuditDetail({ event, onClose, onNarrow }: Props) {
  const { t, i18n } = useTranslation()
  const { who, subject, outcome, reasons, what } = event
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => head.current?.focus(), [])
  const facts: [string, string][] = [
    [t('adminAudit.when'), dateAndTime(i18n.language, event.at)],
    [t('adminAudit.who'), actorOf(t, event)],
    ...(who.source ? [[t('adminAudit.source'), who.source] as [string, string]] : []),
    ...(subject ? [[t('adminAudit.subject'), subject] as [string, string]] : []),
    ...(reasons.length > 0 ? [[t('adminAudit.reasons'), reasons.join(', ')] as [string, string]] : []),
    [t('adminAudit.number'), new Intl.NumberFormat(i18n.language).format(event.seq)],
  ]
  return (
    <aside className="audit-detail" aria-label={t('adminAudit.detail')} onKeyDown={({ key }) => key === 'Escape' && onClose()}>
      <h1 className="narrow-title">{t('adminAudit.detail')}</h1>
      <header className="spread">
        <h2 ref={head} tabIndex={-1} className="audit-title">
          {event.action}
        </h2>
        <Button look="bare" small round icon="close" aria-label={t('common.close')} onPress={onClose} />
      </header>
      <p className="audit-outcome" data-outcome={outcome}>
        <Icon name={signs[outcome]} size={16} />
        {t(`adminAudit.${outcome}`)}
      </p>
      <dl className="audit-facts small figures">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {Object.keys(what).length > 0 && (
        <section>
          <h3 className="small">{t('adminAudit.what')}</h3>
          <dl className="audit-facts small figures">
            {Object.entries(what).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <div className="audit-more">
        {who.id && (
          <Button small onPress={() => onNarrow({ who: who.id!, whoName: who.name ?? '' })}>
            {t('adminAudit.onlyWho')}
          </Button>
        )}
        {subject && (
          <Button small onPress={() => onNarrow({ subject })}>
            {t('adminAudit.onlySubject')}
          </Button>
        )}
      </div>
    </aside>
  )
}
