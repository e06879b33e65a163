// How good the connection is, in words.
import type { Quality } from '@carillon/sdk'
import type { TFunction } from 'i18next'

export function qualityWords(t: TFunction, { word, cause }: Quality): string {
  if (word === 'fair' || word === 'poor') return t(`call.quality.${word}.${cause ?? 'jitter'}`)
  return t(`call.quality.${word}`)
}
