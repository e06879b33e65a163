// What went wrong, in the reader's language: the sentence of the problem's kind, not the server's English detail.
import { problemOf } from '@carillon/sdk'
import type { TFunction } from 'i18next'

export function wordsOf(t: TFunction, thrown: unknown): string {
  const problem = problemOf(thrown)
  if (problem.kind === 'flooding' && problem.retryAfter) return t('problem.floodingSeconds', { seconds: Math.ceil(problem.retryAfter) })
  return t(`problem.${problem.kind}`)
}
