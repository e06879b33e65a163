// What Lighthouse says of the pages, as a slow phone would see them.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import type { Page } from 'puppeteer-core'

import { profile } from './house/browsers.ts'
import { signIn } from './house/screen.ts'
import { story } from './house/story.ts'

const ASKED = { performance: 0.95, accessibility: 1, 'best-practices': 1 }

interface Audit {
  title: string
  score: number | null
  details?: { items?: object[] }
}

interface Judged {
  lhr: {
    categories: Record<string, { score: number; auditRefs: { id: string; weight: number }[] }>
    audits: Record<string, Audit>
  }
}

type Lighthouse = (url: string, flags: object, config: undefined, page: Page) => Promise<Judged>

story('Lighthouse', async (house) => {
  const path = process.env['CARILLON_PEER_LIGHTHOUSE']
  assert.ok(path, 'CARILLON_PEER_LIGHTHOUSE names its core/index.js: `cargo xtask peers lighthouse --dir …`')
  const { default: lighthouse } = (await import(path)) as { default: Lighthouse }
  const { server, people: [ben] } = await house.people(['Ben'])
  const room = await ben.room('Standup')
  for (const text of ['Good morning', 'Bonjour']) await ben.post(`/api/v1/rooms/${room.id}/messages`, { requestId: randomUUID(), text })

  const faults: string[] = []
  for (const [name, path] of Object.entries({ 'sign-in': '/', home: '/', room: `/rooms/${room.id}`, lobby: `/rooms/${room.id}/call` })) {
    const page = await profile(house, 'Chromium')
    if (name !== 'sign-in') await signIn(page, ben)
    await (await page.createCDPSession()).send('Network.clearBrowserCache')
    const flags = { logLevel: 'error', disableStorageReset: true, onlyCategories: Object.keys(ASKED) }
    const { lhr } = await lighthouse(`${server.url}${path}`, flags, undefined, page)
    await page.close()
    const scores = Object.keys(ASKED).map((category) => lhr.categories[category]?.score ?? 0)
    house.tell(`${name}: ${Object.keys(ASKED).join(', ')}`, scores.map((score) => score.toFixed(2)).join(', '))
    for (const [category, least] of Object.entries(ASKED)) {
      const { score, auditRefs } = lhr.categories[category] ?? { score: 0, auditRefs: [] }
      if (score >= least) continue
      const low = auditRefs.filter(({ id, weight }) => weight > 0 && (lhr.audits[id]?.score ?? 1) < 0.9)
      const why = low.map(({ id }) => `${id} ${lhr.audits[id]?.score}: ${JSON.stringify(lhr.audits[id]?.details?.items ?? []).slice(0, 600)}`)
      faults.push(`${name}: ${category} ${score} of ${least}: ${why.join('; ')}`)
    }
  }
  assert.deepEqual(faults, [])
}, { patience: 600_000 })
