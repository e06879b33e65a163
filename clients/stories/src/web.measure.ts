// What the web app weighs, and how soon a page is painted by a browser that has nothing of it yet.
import assert from 'node:assert/strict'

import { weigh } from '../../web/weight.mjs'
import { profile } from './house/browsers.ts'
import { at, Report } from './house/report.ts'
import { signIn } from './house/screen.ts'
import { story } from './house/story.ts'

const TIMES = 9

const PAINTS = `new Promise((done) => new PerformanceObserver((seen) => done({
  first: performance.getEntriesByName('first-contentful-paint')[0].startTime,
  largest: seen.getEntries().at(-1).startTime,
})).observe({ type: 'largest-contentful-paint', buffered: true }))`

story('web', async (house) => {
  const report = new Report('web')
  for (const { page, total, limit } of weigh()) {
    report.say(`scripts of ${page}, gzip (at most ${limit})`, total, 'kB')
    assert.ok(total <= limit, `${page} is too heavy`)
  }
  const { server, people: [ben] } = await house.people(['Ben'])
  const room = await ben.room('Standup')
  const pages = { 'sign-in': '/', home: '/', room: `/rooms/${room.id}`, lobby: `/rooms/${room.id}/call` }
  for (const [name, path] of Object.entries(pages)) {
    const seen: { first: number; largest: number }[] = []
    for (let time = 0; time < TIMES; time++) {
      const page = await profile(house, 'Chromium')
      if (name !== 'sign-in') await signIn(page, ben)
      await (await page.createCDPSession()).send('Network.clearBrowserCache')
      await page.goto(`${server.url}${path}`)
      await page.waitForSelector('h1')
      await page.waitForNetworkIdle({ idleTime: 300, concurrency: 1 })
      seen.push((await page.evaluate(PAINTS)) as { first: number; largest: number })
      await page.close()
    }
    const first = at(seen.map(({ first }) => first), 0.5)
    report.say(`${name}: first contentful paint, cold, median of ${TIMES}`, first, 'ms')
    report.say(`${name}: largest contentful paint`, at(seen.map(({ largest }) => largest), 0.5), 'ms')
    assert.ok(first <= 800, 'asked: 800 ms')
  }
  await report.write()
}, { patience: 600_000 })
