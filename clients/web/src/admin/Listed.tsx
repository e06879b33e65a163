// A list that comes page by page: loading, what went wrong, nothing there, more.
import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { wordsOf } from '../app/words.ts'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'

interface Props<T> {
  asked: Pick<UseInfiniteQueryResult, 'isPending' | 'error' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'refetch'>
  label: string
  items: readonly T[] | undefined
  empty: ReactNode
  children: (item: T) => ReactNode
}

export function Listed<T>({ asked, label, items = [], empty, children }: Props<T>) {
  const { t } = useTranslation()
  if (asked.isPending) return <Skeleton tall />
  return (
    <>
      {asked.error && (
        <Notice>
          <p>{wordsOf(t, asked.error)}</p>
          <Button small onPress={() => void asked.refetch()}>
            {t('common.again')}
          </Button>
        </Notice>
      )}
      {!asked.error && items.length === 0 && empty}
      {items.length > 0 && (
        <ul className="admin-list" aria-label={label}>
          {items.map(children)}
        </ul>
      )}
      {asked.hasNextPage && (
        <div>
          <Button small isPending={asked.isFetchingNextPage} onPress={() => void asked.fetchNextPage()}>
            {t('admin.more')}
          </Button>
        </div>
      )}
    </>
  )
}
