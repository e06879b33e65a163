// A call and its chat outlive the server.
import assert from 'node:assert/strict'

import { picture, type Kind } from './house/browsers.ts'
import { flows, media } from './house/media.ts'
import { host, Screen } from './house/screen.ts'
import { story, type House } from './house/story.ts'
import { timed, until } from './house/wait.ts'

for (const kind of ['Chromium', 'Firefox'] as const) {
  story(`the server is killed and started anew in the middle of a call: media never stops, and the chat is complete (${kind})`, (house) => survive(house, kind), { patience: 90_000 })
}

async function survive(house: House, kind: Kind): Promise<void> {
  const server = await house.server()
  const [ada, grace] = [await Screen.of(house, kind), await Screen.of(house, kind)]
  const link = await host(ada, server.ready.adminLink)
  await grace.enterAsGuest(link, 'Grace')
  await Promise.all([ada, grace].map((one) => one.phase('live')))
  await Promise.all([ada, grace].map((one) => flows(one.page)))
  for (const one of [ada, grace]) await one.press('Chat')
  await ada.say('before')
  await grace.reads('before')

  const start = await Promise.all([ada, grace].map(({ page }) => media(page)))
  await server.kill()
  const [banner] = await timed(() => Promise.all([ada, grace].map((one) => one.finds('line', 'No connection'))))
  house.tell('the banner after, ms (asked: 2000)', banner)
  assert.ok(banner < 2_000 + 500, 'within two seconds, as seen from here')
  await picture(ada.page, 'server away')
  await ada.say('while it was away')
  assert.deepEqual(await ada.messages('sending'), ['while it was away'])
  await grace.say('me too')
  for (const { page } of [ada, grace]) await flows(page)

  await server.again()
  await Promise.all([ada, grace].map((one) => one.misses('line')))
  await Promise.all([ada, grace].map((one) => one.reads('before', 'while it was away', 'me too')))
  const end = await Promise.all([ada, grace].map(({ page }) => media(page)))
  for (const [side, now] of end.entries()) {
    const then = start[side]
    assert.equal(now.connections, 1, 'it is the same connection')
    assert.ok(then && now.frames > then.frames && now.energy > then.energy)
    house.tell('pictures decoded while the server was away', now.frames - then.frames)
  }

  await grace.toggle('Microphone', false)
  await ada.finds('remote-muted')
  await grace.toggle('Microphone', true)
  await until('heard again', async () => (await ada.texts('remote-muted')).length === 0)
  for (const one of [ada, grace]) {
    await one.page.reload()
    await one.phase('live')
  }
  await Promise.all([ada, grace].map((one) => flows(one.page)))
  await ada.press('Chat')
  await ada.reads('before', 'while it was away', 'me too')
}
