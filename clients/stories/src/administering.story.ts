// Around the calls: what administrators see and do, the calls one had, a room by its link, and the test of a device.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import { call, meet, snapshot } from './house/calls.ts'
import { profile, type Kind } from './house/browsers.ts'
import { administrator, invited } from './house/people.ts'
import { Screen, signIn, signedIn } from './house/screen.ts'
import { story } from './house/story.ts'
import { until } from './house/wait.ts'

story('an administrator closes an account, takes an invitation back, and checks that the record is whole', async (house) => {
  const server = await house.server()
  const admin = await administrator(server)
  const [ben, cleo] = [await invited(admin, 'Ben', 'admin'), await invited(admin, 'Cleo')]
  await admin.post('/api/v1/invitations', { requestId: randomUUID(), role: 'member', note: 'Emil' })
  const screen = await signedIn(house, ben)
  await screen.press('Admin', 'link')
  await screen.press('What to do about Cleo')
  await screen.press('Close the account', 'menuitem')
  await screen.press('Close the account')
  await until('Cleo is out', async () => (await cleo.ask('GET', '/api/v1/session')).status === 401)
  await screen.press('Invitations', 'link')
  await screen.press('Take back the invitation: Emil')
  await until('it is taken back', async () => /taken back/.test((await screen.page.$eval('main', (main) => main.textContent)) ?? ''))
  await screen.press('Audit', 'link')
  await screen.press('Check the chain')
  await until('the record is whole', () => screen.page.$('[data-testid="chain"][data-whole="true"]'))
  await screen.fill('What was done', 'account.close')
  await until('only that', async () => (await screen.page.$$('.audit-row')).length === 1)
  await screen.page.locator('.audit-row').click()
  await screen.sees('account.close', 'heading')
})

story('whoever does not administer is told so, and finds no way there', async (house) => {
  const server = await house.server()
  const screen = await signedIn(house, await invited(await administrator(server), 'Ben'))
  assert.equal(await screen.page.$('a[href^="/admin"]'), null)
  await screen.open(`${server.url}/admin/people`)
  await screen.sees('Only administrators come in here', 'heading')
})

story('a call that was missed is marked at home; how one was is read beside its figures', async (house) => {
  const server = await house.server()
  const admin = await administrator(server)
  const [ben, cleo] = [await invited(admin, 'Ben', 'admin'), await invited(admin, 'Cleo')]
  const [here, there] = [await house.line(cleo), await house.line(ben)]
  const missed = await call(here, ben)
  await here.ask('call:leave', { call: missed.call.id, reason: 'cancelled' })
  const [mine] = await meet(here, there, ben)
  await here.ask('call:stats', { call: mine.call.id, snapshot: snapshot(Date.now(), 250) })
  await here.ask('call:leave', { call: mine.call.id, reason: 'hangup' })
  await cleo.post(`/api/v1/calls/${mine.call.id}/rating`, { rating: 2, problems: ['echo'], words: 'As in a cave' })
  const screen = await signedIn(house, ben)
  await until('the missed one is marked', () => screen.page.$('[data-went="missed"]'))
  await until('the other is not', () => screen.page.$('[data-went="talked"]'))
  await screen.open(`${server.url}/admin/calls/${mine.call.id}`)
  await until('its chart', () => screen.page.$('.chart canvas'))
  const said = (await screen.page.$eval('main', (main) => main.textContent)) ?? ''
  for (const words of ['2 of 5', 'echo', 'As in a cave']) assert.ok(said.includes(words), words)
})

story('a room is entered by its link, or by the last part of it', async (house) => {
  const server = await house.server()
  const admin = await administrator(server)
  const room = await admin.room('Standup')
  const screen = await signedIn(house, await invited(admin, 'Ben'))
  await screen.fill('Join by link or code', 'good morning')
  await screen.press('Join')
  await until('that it is no link', async () => /no room’s link/.test((await screen.page.$eval('main', (main) => main.textContent)) ?? ''))
  await screen.page.reload()
  await screen.fill('Join by link or code', room.link?.split('/').at(-1) ?? '')
  await screen.press('Join')
  await screen.press('Only write')
  await screen.sees('Standup', 'heading')
})

for (const kind of ['Chromium', 'Firefox'] satisfies Kind[]) {
  story(`a device is tested, and the report says neither who nor where: ${kind}`, async (house) => {
    const server = await house.server()
    const ben = await invited(await administrator(server), 'Ben')
    const page = await profile(house, kind)
    await page.evaluateOnNewDocument(`{
      const make = URL.createObjectURL
      URL.createObjectURL = (blob) => { void blob.text().then((text) => { window.report = text }); return make.call(URL, blob) }
    }`)
    await signIn(page, ben)
    const screen = new Screen(page, kind)
    await screen.open(`${server.url}/doctor`)
    await screen.press('Begin the test')
    await until('what it found', () => page.$('[data-sum]'), 40_000)
    await screen.press('Download the report')
    const text = await until('the report', () => page.evaluate('window.report') as Promise<string>)
    const { steps } = JSON.parse(text) as { steps: { step: string; found: string }[] }
    const found = Object.fromEntries(steps.map((one) => [one.step, one.found]))
    assert.deepEqual(Object.keys(found), ['browser', 'microphone', 'camera', 'speaker', 'server', 'line', 'relays', 'network', 'loop'])
    // Firefox makes no sound on a machine that has nothing to play it on.
    assert.ok(found['loop'] === 'loopRuns' || (kind === 'Firefox' && found['loop'] === 'loopUnheard'), text)
    assert.equal(found['line'], 'lineOpen', text)
    assert.doesNotMatch(text, /\d+\.\d+\.\d+\.\d+|[\da-f]*:[\da-f]*::|ben/i)
  })
}
