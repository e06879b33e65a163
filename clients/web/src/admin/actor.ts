// Who did what is on record.
import type { AuditEvent } from '@carillon/sdk'
import type { TFunction } from 'i18next'

export function actorOf(t: TFunction, { who }: Pick<AuditEvent, 'who'>): string {
  if (who.kind === 'anonymous') return t('adminAudit.anonymous')
  if (who.kind === 'system') return t('adminAudit.system')
  return who.name ?? t('adminAudit.gone')
}
