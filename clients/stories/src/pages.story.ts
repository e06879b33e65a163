// The example pages of the protocol's guides are in real calls: with each other, and with the web app.
import type { Page } from 'puppeteer-core'

import { profile } from './house/browsers.ts'
import { restExample, socketExample } from './house/examples.ts'
import { flows } from './house/media.ts'
import { signedIn } from './house/screen.ts'
import { story, type House } from './house/story.ts'
import { until } from './house/wait.ts'

story('the page of the REST guide and the web app see and hear each other in one call', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben'])
  const room = await ada.room('Standup')
  await ada.add(room.id, people[0])
  const page = await opened(house, await restExample(house, server.url), { token: ada.token, room: room.id })
  const ben = await signedIn(house, people[0])
  await page.click('#offer')
  await until('a session', () => page.$eval('#session', (field) => (field as HTMLInputElement).value))
  await ben.open(`${server.url}/rooms/${room.id}`)
  await ben.enterCall('Join call')
  await ben.phase('live')
  await Promise.all([page, ben.page].map((one) => flows(one)))
  await page.click('#close')
  await logs(page, 'closed')
  await ben.phase('waiting')
})

story('two windows of the REST guide’s page see and hear each other', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben'])
  const room = await ada.room('Standup')
  await ada.add(room.id, people[0])
  const url = await restExample(house, server.url)
  const here = await opened(house, url, { token: ada.token, room: room.id })
  await here.click('#offer')
  const session = await until('a session', () => here.$eval('#session', (field) => (field as HTMLInputElement).value))
  const there = await opened(house, url, { token: people[0].token, session })
  await there.click('#answer')
  await Promise.all([here, there].map((one) => flows(one)))
  await there.click('#close')
  await logs(there, 'closed')
})

story('two windows of the Socket.IO guide’s page see and hear each other', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben'])
  const url = await socketExample(house, server.url)
  const [here, there] = [await opened(house, url, { token: ada.token, account: people[0].id }), await opened(house, url, { token: people[0].token })]
  for (const one of [here, there]) {
    await one.click('#connect')
    await logs(one, 'connected')
  }
  await here.click('#call')
  await Promise.all([here, there].map((one) => flows(one)))
  await there.click('#leave')
  await Promise.all([here, there].map((one) => logs(one, 'over: hangup')))
})

/** The page in a window of its own, with these fields filled. */
async function opened(house: House, url: string, fields: Record<string, string>): Promise<Page> {
  const page = await profile(house, 'Chromium')
  await page.goto(url)
  for (const [id, text] of Object.entries(fields)) await page.locator(`#${id}`).fill(text)
  return page
}

const logs = (page: Page, line: string) =>
  until(`the page says "${line}"`, () => page.$eval('#log', (log, line) => (log.textContent ?? '').split('\n').includes(line), line))
