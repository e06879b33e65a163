// What Lighthouse says of the pages, as a slow phone would see them.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import type { Page } from 'puppeteer-core'

import { profile } from './house/browsers.ts'
import { Report } from './house/report.ts'
import { signIn } from './house/screen.ts'
import { story } from './house/story.ts'

/** Times that each page is judged; the median of each score counts. */
const TIMES = 3
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

  const report = new Report('lighthouse')
  const faults: string[] = []
  for (const [name, path] of Object.entries({ 'sign-in': '/', home: '/', room: `/rooms/${room.id}`, lobby: `/rooms/${room.id}/call` })) {
    const page = await profile(house, 'Chromium')
    if (name !== 'sign-in') await signIn(page, ben)
    // Somebody who was here before, whose browser has kept nothing of it.
    await page.goto(`${server.url}${path}`, { waitUntil: 'networkidle2' })
    const seen: Judged['lhr'][] = []
    while (seen.length < TIMES) {
      await (await page.createCDPSession()).send('Network.clearBrowserCache')
      const flags = { logLevel: 'error', disableStorageReset: true, onlyCategories: Object.keys(ASKED) }
      seen.push((await lighthouse(`${server.url}${path}`, flags, undefined, page)).lhr)
    }
    await page.close()
    for (const [category, least] of Object.entries(ASKED)) {
      const of = ({ categories }: Judged['lhr']) => categories[category]?.score ?? 0
      const middle = seen.toSorted((a, b) => of(a) - of(b))[(TIMES - 1) / 2]
      if (!middle) continue
      report.say(`${name}: ${category} (at least ${least})`, of(middle), '')
      if (of(middle) >= least) continue
      const low = (middle.categories[category]?.auditRefs ?? []).filter(({ id, weight }) => weight > 0 && (middle.audits[id]?.score ?? 1) < 0.9)
      const why = low.map(({ id }) => `${id} ${middle.audits[id]?.score} ${JSON.stringify(middle.audits[id]?.details?.items ?? []).slice(0, 600)}`)
      faults.push(`${name}: ${category} ${of(middle)} of ${least}: ${why.join('; ')}`)
    }
  }
  await report.write()
  assert.deepEqual(faults, [])
}, { patience: 600_000 })
