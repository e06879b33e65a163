// The record of what was done and refused: by whom, when, and whether its chain holds.
import type { AuditEvent } from '@carillon/sdk'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../app/carillon.ts'
import { useTitle } from '../app/title.ts'
import { Blank } from '../ui/Blank.tsx'
import { AuditDetail } from './AuditDetail.tsx'
import { AuditFilters } from './AuditFilters.tsx'
import { AuditRow } from './AuditRow.tsx'
import { ChainCheck } from './ChainCheck.tsx'
import { asked as askedFor, none, type Wanted } from './filter.ts'
import { Listed } from './Listed.tsx'
import './audit.css'

const PAGE = 50

export function Audit() {
  const { t } = useTranslation()
  useTitle(t('admin.audit'))
  const [wanted, setWanted] = useState<Wanted>(none)
  const [open, setOpen] = useState<AuditEvent>()
  const opener = useRef<HTMLElement>(null)
  const asked = useInfiniteQuery({
    queryKey: ['admin', 'audit', wanted],
    queryFn: async ({ pageParam }) => (await api.audit({ limit: PAGE, ...askedFor(wanted), ...(pageParam && { before: pageParam }) })).events,
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length === PAGE ? page.at(-1)!.seq : undefined),
    refetchOnMount: 'always',
    // Each page that is read is on record itself.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    placeholderData: keepPreviousData,
  })
  const show = (event: AuditEvent) => {
    opener.current = document.activeElement as HTMLElement | null
    setOpen(event)
  }
  const close = () => {
    setOpen(undefined)
    requestAnimationFrame(() => opener.current?.focus())
  }
  const narrow = (more: Partial<Wanted>) => {
    setWanted({ ...none, ...more })
    setOpen(undefined)
  }
  return (
    <div className="audit" data-open={open && true}>
      <div className="page audit-page">
        <header>
          <h1>{t('admin.audit')}</h1>
          <p className="quiet">{t('adminAudit.intro')}</p>
        </header>
        <ChainCheck />
        <AuditFilters wanted={wanted} onChange={setWanted} />
        <Listed
          asked={asked}
          label={t('adminAudit.events')}
          items={asked.data?.pages.flat()}
          empty={
            <Blank icon="shield" title={t('adminAudit.none')}>
              <p>{t('adminAudit.noneHelp')}</p>
            </Blank>
          }
        >
          {(event) => <AuditRow key={event.seq} event={event} open={open?.seq === event.seq} onOpen={() => show(event)} />}
        </Listed>
      </div>
      {open && <AuditDetail key={open.seq} event={open} onClose={close} onNarrow={narrow} />}
    </div>
  )
}
