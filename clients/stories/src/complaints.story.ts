// What people who call by other programs complain of, told of this one: the lobby, the microphone, a device that is pulled out.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import { type Kind } from './house/browsers.ts'
import { meet, snapshot } from './house/calls.ts'
import { captured, captures, plug, unplug } from './house/devices.ts'
import { flows, quiet, sending, unheard } from './house/media.ts'
import { invited } from './house/people.ts'
import { host, named, Screen, signedIn } from './house/screen.ts'
import { command } from './house/server.ts'
import { story, type House } from './house/story.ts'
import { until } from './house/wait.ts'

for (const kind of ['Chromium', 'Firefox'] as const) {
  // element-call#1221, #3558
  story(`what was chosen in the lobby holds in the call, and what is off there is not captured (${kind})`, async (house) => {
    const { ada, grace } = await atTheDoor(house, kind)
    await captures(grace.page, 'audio', 'video')
    await grace.toggle('Microphone', false)
    await captures(grace.page, 'video')
    await grace.toggle('Camera', false)
    await captures(grace.page)
    await grace.toggle('Camera', true)
    await grace.press('Join')
    await Promise.all([ada, grace].map((one) => one.phase('live')))
    await ada.finds('remote-muted')
    await ada.shows('remote-video', true)
    await unheard(ada.page)
    await grace.toggle('Microphone', true)
    await flows(ada.page)
    await ada.misses('remote-muted')
  })

  // element-web#7400, lib-jitsi-meet#849, jitsi-meet#9413, client-sdk-js#1220
  story(`the only microphone is pulled out in a call: the call goes on, and with it back one is as muted as before (${kind})`, async (house) => {
    const { ada, grace } = await inCall(house, kind)
    await unplug(grace.page, 'audio', 'all')
    await until('it says so', () => grace.page.$('::-p-text(No microphone was found)'))
    await captures(grace.page, 'video')
    await quiet(ada.page)
    assert.equal(await grace.phase('live', 'reconnecting', 'ended'), 'live')
    await plug(grace.page)
    await captures(grace.page, 'audio', 'video')
    await flows(ada.page)

    await grace.toggle('Microphone', false)
    await ada.finds('remote-muted')
    await unplug(grace.page, 'audio', 'all')
    await plug(grace.page)
    await until('the device is held again, or not at all', async () => (await captured(grace.page)).includes('video'))
    await quiet(ada.page)
    await ada.finds('remote-muted')
    await grace.toggle('Microphone', true)
    await flows(ada.page)
  })
}

// The same; wire-webapp#6282
story('of several microphones one is pulled out, then another is chosen: the voice goes on, and whoever is muted stays muted', async (house) => {
  const { ada, grace } = await inCall(house)
  await unplug(grace.page, 'audio', 'used')
  await captures(grace.page, 'audio', 'video')
  await flows(ada.page)
  await grace.toggle('Microphone', false)
  await ada.finds('remote-muted')
  await quiet(ada.page)
  await unplug(grace.page, 'audio', 'used')
  await quiet(ada.page)
  await plug(grace.page)
  await devices(grace, async () => {
    const list = await grace.page.waitForSelector(named('Microphone device', 'combobox'))
    const other = await list?.evaluate((one) => [...(one as HTMLSelectElement).options].find(({ selected, disabled }) => !selected && !disabled)?.value)
    assert.ok(other, 'there is another microphone')
    await list?.select(other)
  })
  await quiet(ada.page)
  await ada.finds('remote-muted')
  await grace.toggle('Microphone', true)
  await flows(ada.page)
})

// suitenumerique/meet#239, jitsi-meet#11224, #12110
story('noise is suppressed unless one says otherwise, and what one said is remembered', async (house) => {
  const { ada, grace } = await inCall(house)
  const suppressed = async () => (await sending(grace.page)).find(({ kind }) => kind === 'audio')?.got.noiseSuppression
  assert.equal(await suppressed(), true)
  await devices(grace, () => grace.page.locator('::-p-text(Noise suppression)').click())
  await until('noise is sent', async () => (await suppressed()) === false)
  await flows(ada.page)
  await grace.page.reload()
  await grace.phase('live')
  await until('it is remembered', async () => (await suppressed()) === false)
})

// nextcloud/spreed#4478
story('whoever shows a screen is still seen beside it', async (house) => {
  const { ada, grace } = await inCall(house)
  await grace.toggle('Share screen', true)
  for (const id of ['remote-screen', 'remote-video']) {
    await until(`${id} is to be seen`, () => ada.page.$(`[data-testid="${id}"]`))
    await ada.shows(id, true)
    const at = () => ada.page.$eval(`[data-testid="${id}"]`, (video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames)
    const before = await at()
    await until(`${id} moves`, async () => (await at()) > before)
  }
  const [screen, person] = await Promise.all(['remote-screen', 'remote-video'].map((id) => ada.page.$eval(`[data-testid="${id}"]`, (video) => video.getBoundingClientRect().toJSON() as DOMRect)))
  assert.ok(screen && person && screen.width > person.width && person.width > 80, 'the screen is large, the person beside it small')
  await grace.toggle('Share screen', false)
  await ada.misses('remote-screen')
  await flows(ada.page)
})

// livekit#3353, #3186, #3826, #4402
story('a TURN server that cannot work is named before anybody calls, with what is wrong', async () => {
  const told = (servers: string, word: RegExp, who: Record<string, string> = { WEBRTC_TURN_USERNAME: 'carillon', WEBRTC_TURN_PASSWORD: 'a long secret' }) =>
    assert.rejects(command(['config', 'check'], { WEBRTC_TURN_SERVERS: servers, ...who }), word)
  await told('turn.example.org', /turn_servers: `turn\.example\.org` is no URL: write it as/)
  await told('stun:turn.example.org', /does not begin with `turn:` or `turns:`/)
  await told('turn://turn.example.org', /has `\/\/`/)
  await told('turn:turn.example.org?transport=sctp', /may end in `\?transport=udp` or/)
  await told('turn:turn.example.org', /needs media\.turn_username and media\.turn_credential/, {})
})

// Browser-Phone#254; element-call#2714
story('a call rings in a tab behind others: its title says who calls, and whoever answers is heard at once', async (house) => {
  const { people } = await house.people(['Ben', 'Cleo'])
  const [ben, cleo] = [await signedIn(house, people[0]), await signedIn(house, people[1])]
  const other = await ben.page.browserContext().newPage()
  await other.bringToFront()
  await until('his tab is behind', () => ben.page.evaluate('document.hidden'))
  await cleo.press('Call Ben')
  await until('the title says so', async () => /Cleo is calling/.test(await ben.page.title()))
  assert.match(await other.title(), /^$|about:blank/)
  await ben.page.bringToFront()
  await ben.press('Accept')
  for (const one of [ben, cleo]) await one.phase('live')
  for (const one of [ben, cleo]) {
    await flows(one.page)
    await one.misses('remote-muted')
  }
  assert.doesNotMatch(await ben.page.title(), /calling/)
})

// mattermost#30146, #9729, Rocket.Chat#14814
story('in the chat a message is read as who, what, when; and those who come are said without interrupting', async (house) => {
  const { server, admin, people } = await house.people(['Ben'])
  const room = await admin.room('Standup')
  await admin.add(room.id, people[0])
  const ben = await signedIn(house, people[0])
  await ben.open(`${server.url}/rooms/${room.id}`)
  const log = await ben.page.waitForSelector(named('Messages', 'log'))
  await until('the log is there', () => log?.evaluate((element) => element.getAttribute('aria-busy') !== 'true'))
  await admin.post(`/api/v1/rooms/${room.id}/messages`, { requestId: randomUUID(), text: 'Good morning' })
  await ben.reads('Good morning')
  const live = await log?.evaluate((element) => [element.getAttribute('aria-live'), element.getAttribute('aria-atomic')])
  assert.deepEqual(live, [null, null], 'a log is polite by itself, and only what is new is read')
  const read = await log?.$eval('article', (message) => (message as HTMLElement).innerText.split(/\s*\n\s*/).filter(Boolean))
  assert.deepEqual(read?.slice(-3, -1), ['Admin', 'Good morning'])
  assert.match(read?.at(-1) ?? '', /^\d{1,2}:\d{2}/)
})

// SocialGouv/egapro#2617, #2678
story('whoever cannot see a chart of a call has its figures as a table, by keyboard too', async (house) => {
  const { server, admin, people } = await house.people(['Ben'])
  const cleo = await invited(admin, 'Cleo', 'admin')
  const [here, there] = [await house.line(admin), await house.line(people[0])]
  const [mine] = await meet(here, there, people[0])
  const at = Date.now()
  for (const [place, packets] of [250, 500, 760].entries()) {
    await here.ask('call:stats', { call: mine.call.id, snapshot: snapshot(at + place * 10_000, packets) })
  }
  await here.ask('call:leave', { call: mine.call.id, reason: 'hangup' })
  const screen = await signedIn(house, cleo)
  await screen.open(`${server.url}/admin/calls/${mine.call.id}`)
  const charts = await until('charts', async () => {
    const found = await screen.page.$$('figure.chart')
    return found.length > 2 && found
  })
  await screen.page.bringToFront()
  for (const chart of charts) {
    assert.match((await chart.$eval('[role="img"]', (drawing) => drawing.getAttribute('aria-label'))) ?? '', /table below/)
    await (await chart.$('summary'))?.focus()
    await screen.page.keyboard.press('Enter')
    const cells = await until('the table', () => chart.$$eval('td', (all) => all.filter((cell) => cell.checkVisibility()).map((cell) => cell.textContent ?? '')))
    assert.ok(cells.every((cell) => /\d/.test(cell)), String(cells))
  }
})

/** Ada waits in a call; Grace stands before it, her devices open. */
async function atTheDoor(house: House, kind: Kind = 'Chromium'): Promise<{ ada: Screen; grace: Screen }> {
  const server = await house.server()
  const [ada, grace] = [await Screen.of(house), await Screen.of(house, kind)]
  await grace.open(await host(ada, server.ready.adminLink))
  await grace.fill('Your name', 'Grace')
  return { ada, grace }
}

/** Both are in it, nobody muted: element-call#2714. */
async function inCall(house: House, kind: Kind = 'Chromium'): Promise<{ ada: Screen; grace: Screen }> {
  const both = await atTheDoor(house, kind)
  await both.grace.press('Join')
  await Promise.all(Object.values(both).map((one) => one.phase('live')))
  await Promise.all(Object.values(both).map((one) => flows(one.page)))
  return both
}

/** Does something in the window of the devices. */
async function devices(screen: Screen, act: () => Promise<void>): Promise<void> {
  await screen.press('More')
  await screen.press('Devices…', 'menuitem')
  await act()
  await screen.page.keyboard.press('Escape')
  await until('the window is closed', async () => !(await screen.page.$(named('Devices', 'dialog'))))
}
