// Narrows the record down: by what, how it ended, by whom, when.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../app/carillon.ts'
import { Button } from '../ui/Button.tsx'
import { Choice } from '../ui/Choice.tsx'
import { Field } from '../ui/Field.tsx'
import { narrowed, none, type Wanted } from './filter.ts'

const PATIENCE = 400

interface Props {
  wanted: Wanted
  onChange: (wanted: Wanted) => void
}

export function AuditFilters({ wanted, onChange }: Props) {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const looked = useDeferredValue(query.trim())
  const people = useInfiniteQuery({
    queryKey: ['admin', 'people', false, looked],
    queryFn: ({ pageParam }) => api.accounts(looked, { closed: false, ...(pageParam && { after: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  })
  const known = people.data?.pages.flatMap(({ accounts }) => accounts) ?? []
  const stranger = wanted.who && !known.some(({ id }) => id === wanted.who) ? [{ id: wanted.who, name: wanted.whoName || wanted.who }] : []
  const unsaid = (wanted.who || wanted.subject) && !wanted.action
  const outcomes = (['any', 'done', 'failed', 'refused'] as const).map((id) => ({ id, name: t(`adminAudit.${id}`) }))
  const set = (more: Partial<Wanted>) => onChange({ ...wanted, ...more })
  return (
    <div className="audit-filters" role="group" aria-label={t('adminAudit.filters')}>
      <ActionField value={wanted.action} onChange={(action) => set({ action })} />
      <Choice label={t('adminAudit.outcome')} options={outcomes} chosen={wanted.outcome} onChoose={(id) => set({ outcome: id as Wanted['outcome'] })} />
      {(people.hasNextPage || query) && <Field label={t('adminPeople.find')} value={query} onChange={setQuery} maxLength={64} />}
      <Choice
        label={t('adminAudit.who')}
        options={[{ id: '', name: t('adminAudit.anybody') }, ...known, ...stranger]}
        chosen={wanted.who}
        onChoose={(who) => set({ who, whoName: known.find(({ id }) => id === who)?.name ?? '' })}
      />
      <Field label={t('adminAudit.from')} type="date" value={wanted.from} onChange={(from) => set({ from })} />
      <Field label={t('adminAudit.until')} type="date" value={wanted.until} onChange={(until) => set({ until })} />
      {narrowed(wanted) && (
        <Button look="bare" onPress={() => onChange(none)}>
          {t('adminAudit.clear')}
        </Button>
      )}
      {unsaid && <p className="audit-note small quiet">{t('adminAudit.unsaid')}</p>}
    </div>
  )
}

/** Asked for once typing pauses. */
function ActionField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text.trim() === value) return
    const timer = setTimeout(() => onChange(text.trim()), PATIENCE)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return (
    <Field
      label={t('adminAudit.action')}
      placeholder="room.create"
      value={text}
      onChange={(next) => setText(next.replaceAll(/[^A-Za-z.]/g, ''))}
      maxLength={64}
      inputProps={{ autoCapitalize: 'none', spellCheck: false }}
    />
  )
}
