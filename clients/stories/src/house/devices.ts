// The devices of a page: what is captured from them, pulled out, and put in again.
import type { Page } from 'puppeteer-core'

import { until } from './wait.ts'

/** What is captured now: `audio`, `video`, once for each track. */
export const captured = (page: Page) => page.evaluate('storyDevices.captured()') as Promise<string[]>

export async function captures(page: Page, ...kinds: string[]): Promise<void> {
  await until(`captured is ${kinds.join(' and ') || 'nothing'}`, async () => String(await captured(page)) === String(kinds))
}

/** The one in use, or every one of its kind. */
export const unplug = (page: Page, kind: 'audio' | 'video', which: 'used' | 'all') => page.evaluate(`storyDevices.unplug('${kind}', ${which === 'all'})`)

export const plug = (page: Page) => page.evaluate('storyDevices.plug()')
