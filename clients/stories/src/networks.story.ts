// Two machines in one network, HTTPS by the house's own authority; a cut cable; a relay; a poor uplink.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { browser, page } from './house/browsers.ts'
import { flows, media, type Media } from './house/media.ts'
import { network } from './house/networks.ts'
import { poorLink } from './house/poor-link.ts'
import { run } from './house/process.ts'
import { host, Screen } from './house/screen.ts'
import { story } from './house/story.ts'
import { turn } from './house/turn.ts'
import { lapse, timed } from './house/wait.ts'

story('two machines meet over HTTPS; the cable of one is pulled for five seconds, and the call is back', async (house) => {
  const [home, desk, couch] = await network(house, 'home', 'desk', 'couch')
  const server = await house.server({ words: ['--lan'], before: home.before, host: home.address })
  assert.match(server.url, /^https:\/\/10\.77\.0\.1/)
  const authority = join(server.data, 'lan/authority.crt')
  assert.match(await readFile(authority, 'utf8'), /BEGIN CERTIFICATE/)
  const asks = `fetch(${JSON.stringify(`${server.url}/api/v1/session`)}).then((answer) => console.log('answered', answer.status))`
  const trusted = await run(process.execPath, ['--eval', asks], { before: desk.before, env: { NODE_EXTRA_CA_CERTS: authority, NODE_OPTIONS: '' } })
  assert.match(trusted, /answered 401/, 'who trusts the authority trusts the server')

  const [ada, grace] = await Promise.all([desk, couch].map(async (machine) => {
    const process = await browser('Chromium', { program: await machine.program(house, '/usr/bin/chromium'), trusting: true })
    house.later(() => process.close())
    return new Screen(await page(house, process))
  })) as [Screen, Screen]
  const link = await host(ada, server.ready.adminLink)
  await grace.enterAsGuest(link, 'Grace')
  await Promise.all([ada, grace].map((one) => one.phase('live')))
  await Promise.all([ada, grace].map((one) => flows(one.page)))

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

story('where two cannot reach each other, the TURN server of the operator relays; over a poor uplink the delay stays', async (house) => {
  const relay = await turn(house)
  const uplink = await poorLink(relay.port)
  house.later(() => uplink.close())
  const server = await house.server({
    env: {
      WEBRTC_TURN_SERVERS: `turn:127.0.0.1:${uplink.port}?transport=udp`,
      WEBRTC_TURN_USERNAME: relay.username,
      WEBRTC_TURN_PASSWORD: relay.password,
    },
  })
  const process = await browser('Chromium')
  house.later(() => process.close())
  const [ada, grace] = [
    new Screen(await page(house, await process.createBrowserContext(), { iceTransportPolicy: 'relay' })),
    new Screen(await page(house, await process.createBrowserContext())),
  ]
  const link = await host(ada, server.ready.adminLink)
  await grace.enterAsGuest(link, 'Grace')
  await Promise.all([ada, grace].map((one) => one.phase('live')))
  await Promise.all([ada, grace].map((one) => flows(one.page)))
  const pairs = (await media(ada.page)).pairs
  assert.ok(pairs.length > 0 && pairs.every(({ local }) => local === 'relay'), JSON.stringify(pairs))

  const measure = async (what: string) => {
    const figures: Media['delays'][] = []
    const start = await media(grace.page)
    for (let look = 0; look < 40; look++) {
      for (const one of [ada, grace]) figures.push((await media(one.page)).delays)
      await lapse(250)
    }
    const end = await media(grace.page)
    for (const kind of ['audio', 'video'] as const) {
      const sorted = figures.flatMap(({ [kind]: delay }) => (delay === undefined ? [] : [delay])).sort((a, b) => a - b)
      const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? NaN)
      house.tell(`${what}: one-way delay of ${kind}, ms, median and 95th percentile (${sorted.length} looks)`, `${at(0.5)}, ${at(0.95)}`)
    }
    house.tell(`${what}: lost of what was sent to one side`, `${end.lost - start.lost} of ${end.audioPackets + end.videoPackets - start.audioPackets - start.videoPackets}`)
  }
  await measure('good uplink')
  uplink.become(50, 5)
  await flows(ada.page)
  await measure('50 ms and 5 % loss')
  await Promise.all([ada, grace].map((one) => flows(one.page)))
}, { patience: 120_000 })
