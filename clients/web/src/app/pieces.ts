// A page that says what few others say comes with its words.
import { lazy, type ComponentType } from 'react'
import { learn } from './i18n.ts'

export const pieceOf = (part: Parameters<typeof learn>[0], load: () => Promise<{ default: ComponentType }>) =>
  lazy(async () => (await Promise.all([load(), learn(part)]))[0])
