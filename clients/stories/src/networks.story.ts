// Two machines in one network, HTTPS by the house's own authority; a cut cable; a relay; a poor uplink.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { browser, page } from './house/browsers.ts'
import { flows, media, type Media } from './house/media.ts'
import { network, type Machine } from './house/networks.ts'
import { run } from './house/process.ts'
import { host, Screen } from './house/screen.ts'
import type { Server } from './house/server.ts'
import { story, type House } from './house/story.ts'
import { turn } from './house/turn.ts'
import { lapse, timed, until } from './house/wait.ts'

/** A machine that is gone without a word does not hold up the end of the story. */
const HASTY = ['--set', 'gateway.drain_seconds=1']

story('two machines meet over HTTPS; the cable of one is pulled for five seconds, and the call is back', async (house) => {
  const { server, desk, couch, ada, grace } = await together(house)
  assert.match(server.url, /^https:\/\/10\.77\.0\.1/)
  const authority = join(server.data, 'lan/authority.crt')
  assert.match(await readFile(authority, 'utf8'), /BEGIN CERTIFICATE/)
  const asks = `fetch(${JSON.stringify(`${server.url}/api/v1/session`)}).then((answer) => console.log('answered', answer.status))`
  const trusted = await run(process.execPath, ['--eval', asks], { before: desk.before, env: { NODE_EXTRA_CA_CERTS: authority, NODE_OPTIONS: '' } })
  assert.match(trusted, /answered 401/, 'who trusts the authority trusts the server')

  await couch.plug('down')
  const [banner] = await timed(() => grace.finds('line', /offline|No connection/))
  house.tell('the banner after the cut, ms (asked: 2000)', banner)
  await lapse(Math.max(0, 5_000 - banner))
  const cut = await Promise.all([ada, grace].map(({ page }) => media(page)))
  await couch.plug('up')
  const [back] = await timed(() => Promise.all([ada, grace].map((one, side) => flows(one.page, cut[side], 30_000))))
  house.tell('pictures and sound on both sides after the cable is back, ms (asked: 5000)', back)
  assert.ok(back < 5_000)
  await grace.misses('line')
  await Promise.all([ada, grace].map((one) => one.phase('live')))
}, { patience: 120_000 })

story('the address of a machine changes in the middle of a call: ICE is restarted, and the call is back', async (house) => {
  const { couch, ada, grace } = await together(house)
  const before = await Promise.all([ada, grace].map((one) => flows(one.page)))
  await couch.moves('10.77.0.33')
  const [back] = await timed(async () => {
    const cut = await Promise.all([ada, grace].map(({ page }) => media(page)))
    await Promise.all([ada, grace].map((one, side) => flows(one.page, cut[side], 30_000)))
  })
  house.tell('pictures and sound on both sides from the new address, ms', back)
  for (const [side, { page }] of [ada, grace].entries()) {
    const { connections, credentials } = await media(page)
    assert.equal(connections, 1, 'it is the same connection')
    assert.ok(credentials > (before[side]?.credentials ?? credentials), 'with new credentials of ICE')
  }
  await Promise.all([ada, grace].map((one) => one.phase('live')))
}, { patience: 120_000 })

story('over a poor uplink two machines still talk, a little later', async (house) => {
  const { couch, ada, grace } = await together(house)
  const pairs = (await flows(ada.page)).pairs
  assert.ok(pairs.length > 0 && pairs.every(({ local, remote }) => local !== 'relay' && remote !== 'relay'), JSON.stringify(pairs))
  const good = await delays(house, 'good uplink', [ada, grace])
  await couch.becomePoor(house, 50, 5)
  await until('the way there and back takes longer', async () => (await media(ada.page)).pairs.every(({ rtt }) => (rtt ?? 0) > 0.09))
  const poor = await delays(house, '50 ms and 5 % loss', [ada, grace])
  for (const kind of ['audio', 'video'] as const) {
    house.tell(`one-way delay of ${kind} grew by, ms (seed 002 asks 50-200 in all)`, poor[kind] - good[kind])
    assert.ok(poor[kind] > 50 && poor[kind] < 600, `${kind}: ${poor[kind]} ms, on a machine that does everything at once`)
  }
}, { patience: 120_000 })

story('where two cannot reach each other, the TURN server of the operator relays', async (house) => {
  const relay = await turn(house)
  const server = await house.server({
    env: {
      WEBRTC_TURN_SERVERS: `turn:127.0.0.1:${relay.port}?transport=udp`,
      WEBRTC_TURN_USERNAME: relay.username,
      WEBRTC_TURN_PASSWORD: relay.password,
    },
  })
  const process = await browser('Chromium')
  house.later(() => process.close())
  const relayed = async () => new Screen(await page(house, await process.createBrowserContext(), { iceTransportPolicy: 'relay' }))
  const [ada, grace] = [await relayed(), await relayed()]
  const link = await host(ada, server.ready.adminLink)
  await grace.enterAsGuest(link, 'Grace')
  for (const one of [ada, grace]) {
    await one.phase('live')
    const { pairs } = await flows(one.page)
    assert.ok(pairs.length > 0 && pairs.every(({ local, remote }) => local === 'relay' && remote === 'relay'), JSON.stringify(pairs))
  }
})

/** Ada at a desk and Grace on a couch are in a call, by the server of a third machine. */
async function together(house: House): Promise<{ server: Server; desk: Machine; couch: Machine; ada: Screen; grace: Screen }> {
  const [home, desk, couch] = await network(house, 'home', 'desk', 'couch')
  const server = await house.server({ words: ['--lan', ...HASTY], before: home.before, host: home.address })
  const [ada, grace] = [await on(house, desk), await on(house, couch)]
  const link = await host(ada, server.ready.adminLink)
  await grace.enterAsGuest(link, 'Grace')
  await Promise.all([ada, grace].map((one) => one.phase('live')))
  await Promise.all([ada, grace].map((one) => flows(one.page)))
  return { server, desk, couch, ada, grace }
}

/** A browser of this machine, with one page. */
async function on(house: House, machine: Machine): Promise<Screen> {
  const process = await browser('Chromium', { program: await machine.program(house, '/usr/bin/chromium'), trusting: true })
  house.later(() => process.close())
  return new Screen(await page(house, process))
}

/** The delay from one's camera and microphone to the other's screen and speaker, both ways, for five seconds: the medians in milliseconds. */
async function delays(house: House, what: string, sides: Screen[]): Promise<{ audio: number; video: number }> {
  const known = async () => (await Promise.all(sides.map(({ page }) => media(page)))).every(({ delays: { audio, video } }) => audio && video)
  await until('delays can be told', known)
  const start = await Promise.all(sides.map(({ page }) => media(page)))
  const seen: Media['delays'][] = []
  for (let look = 0; look < 20; look++) {
    for (const { page } of sides) seen.push((await media(page)).delays)
    await lapse(250)
  }
  const median = { audio: NaN, video: NaN }
  for (const kind of ['audio', 'video'] as const) {
    const sorted = seen.flatMap(({ [kind]: delay }) => (delay === undefined ? [] : [delay])).sort((a, b) => a - b)
    const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? NaN)
    median[kind] = at(0.5)
    house.tell(`${what}: one-way delay of ${kind}, ms, median and 95th percentile (${sorted.length} looks)`, `${at(0.5)}, ${at(0.95)}`)
  }
  for (const [side, { page }] of sides.entries()) {
    const [now, then] = [await media(page), start[side]]
    const packets = (one: Media) => one.audioPackets + one.videoPackets
    if (then) house.tell(`${what}: lost on the way to ${side === 0 ? 'the good side' : 'the poor side'}`, `${now.lost - then.lost} of ${packets(now) - packets(then)}`)
  }
  return median
}
