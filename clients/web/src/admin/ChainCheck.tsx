// Counts the record again: whether each event follows from the one before.
import type { AuditCheck } from '@carillon/sdk'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
import { api } from '../app/carillon.ts'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useAct } from '../ui/useAct.ts'

export function ChainCheck() {
  const { t, i18n } = useTranslation()
  const [found, setFound] = useState<AuditCheck>()
  const [check, { busy, wrong }] = useAct(
    async () => {
      setFound(undefined)
      const result = await api.checkAudit()
      setFound(result)
      announce(t(result.whole ? 'adminAudit.whole' : 'adminAudit.broken'))
    },
    { flooding: t('adminAudit.running') },
  )
  const number = (value: number) => new Intl.NumberFormat(i18n.language).format(value)
  return (
    <div className="chain" data-testid="chain" data-whole={found?.whole}>
      <div className="row">
        <Button look="primary" icon="shield" isPending={busy} onPress={() => void check()}>
          {t('adminAudit.check')}
        </Button>
        {busy && (
          <span className="small quiet" role="status">
            {t('adminAudit.checking')}
          </span>
        )}
      </div>
      {wrong && <Notice>{wrong}</Notice>}
      {found && !found.whole && (
        <Notice title={t('adminAudit.broken')}>
          <p>{t('adminAudit.brokenHelp')}</p>
          {found.trouble && (
            <details>
              <summary>{t('adminAudit.trouble')}</summary>
              <p lang="en">{found.trouble}</p>
            </details>
          )}
        </Notice>
      )}
      {found?.whole && (
        <Notice tone="info" title={t('adminAudit.whole')}>
          <p className="figures">{t('adminAudit.wholeHelp', { events: number(found.events), chained: number(found.chained), tail: number(found.tail) })}</p>
          {found.head && (
            <p>
              {t('adminAudit.head')} <code className="chain-head">{found.head}</code>
            </p>
          )}
        </Notice>
      )}
    </div>
  )
}
