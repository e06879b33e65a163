// What went wrong, in the reader's language: the sentence of the problem's name or kind, not the server's English detail.
import { problemOf, type ProblemName } from '@carillon/sdk'
import type { TFunction } from 'i18next'

const NAMED: readonly string[] = [
  'account-closed', 'direct-call-full', 'invitation-expired', 'invitation-revoked', 'invitation-used', 'last-admin', 'last-owner', 'room-full', 'too-many-rooms',
] satisfies ProblemName[]
const isNamed = (word: string): word is ProblemName => NAMED.includes(word)

export function wordsOf(t: TFunction, thrown: unknown): string {
  const problem = problemOf(thrown)
  if (problem.kind === 'flooding' && problem.retryAfter) return t('problem.floodingSeconds', { seconds: Math.ceil(problem.retryAfter) })
  return t(`problem.${isNamed(problem.word) ? problem.word : problem.kind}`)
}
