// What a call is doing, in words.
import type { CallSessionState } from '@carillon/sdk'
import type { TFunction } from 'i18next'

/** `called`: the name of whom we call, while the server has not said who answers. */
export function stateWords(t: TFunction, { phase, other }: CallSessionState, called?: string): string {
  if (phase === 'ended') return t('ended.hangup')
  return t(`call.state.${phase}`, { name: nameOf(t, other, called) })
}

export const nameOf = (t: TFunction, other: { name: string } | undefined, called?: string) => other?.name ?? called ?? t('call.somebody')
