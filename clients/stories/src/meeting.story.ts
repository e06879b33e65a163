// Two people meet by a link, see and hear each other, and one mutes: in Chromium, in Firefox, and one in each.
import assert from 'node:assert/strict'

import { picture, type Kind } from './house/browsers.ts'
import { flows, media, quiet, sending, SILENCE, wire } from './house/media.ts'
import { host, named, Screen } from './house/screen.ts'
import { story, type House } from './house/story.ts'
import { lapse, timed, until } from './house/wait.ts'

const PAIRS: [Kind, Kind][] = [['Chromium', 'Chromium'], ['Firefox', 'Firefox'], ['Chromium', 'Firefox']]

for (const [here, there] of PAIRS) {
  story(`two people see and hear each other: ${here} and ${there}`, (house) => meet(house, here, there), { patience: 90_000 })
}

/** From Join to pictures and sound on both sides, in milliseconds. A cold Firefox on a loaded machine takes its time to start a camera. */
const soon = (...kinds: Kind[]) => (kinds.includes('Firefox') ? 5_000 : 2_000)

type Wire = Awaited<ReturnType<typeof wire>>

async function meet(house: House, here: Kind, there: Kind): Promise<void> {
  const server = await house.server()
  const [ada, grace] = [await Screen.of(house, here), await Screen.of(house, there)]
  const link = await host(ada, server.ready.adminLink)
  await grace.open(link)
  await grace.fill('Your name', 'Grace')
  await picture(grace.page, `guest entry ${there}`)

  const [took] = await timed(async () => {
    await grace.press('Join')
    await until('the guest has a connection', async () => (await media(grace.page)).connections > 0)
    const nothing = { ...(await media(grace.page)), frames: 0, energy: 0 }
    await Promise.all([ada, grace].map((one) => flows(one.page, nothing)))
  })
  house.tell(`pictures and sound on both sides after Join, ms (asked: 2000)`, took)
  assert.ok(took < soon(here, there), `${took} ms`)
  await Promise.all([ada, grace].map((one) => one.phase('live')))
  await picture(ada.page, `call ${here} with ${there}`)
  for (const one of [ada, grace]) await bounded(one)

  await grace.toggle('Microphone', false)
  await ada.finds('remote-muted')
  await quiet(ada.page)
  const [atMute, before] = [await media(ada.page), await media(grace.page)]
  // Firefox has one microphone that is not there: no other to switch to.
  if (there === 'Chromium') await switchMicrophone(grace)
  await quiet(ada.page)
  await flows(grace.page, before)
  const heard = (await media(ada.page)).energy - atMute.energy
  assert.ok(heard < 10 * SILENCE, `muted is silent, also with another device: ${heard}`)
  await grace.toggle('Microphone', true)
  await flows(ada.page)
  await ada.misses('remote-muted')

  const codes = [await safetyCode(ada), await safetyCode(grace)] // one at a time: each page must be in front
  assert.match(codes[0] ?? '', /\d{4}/)
  assert.equal(codes[0], codes[1], 'both are shown the same code')

  if (here === there && here === 'Chromium') await weigh(house, [ada, grace])

  await grace.press('Leave')
  await grace.phase('ended')
  await ada.phase('waiting', 'ended')
}

/** 720p30 is asked of the camera, and sent as a home uplink bears it. */
async function bounded({ page }: Screen): Promise<void> {
  const video = (await sending(page)).find(({ kind }) => kind === 'video')
  const ideal = (asked: ConstrainULong | undefined) => (typeof asked === 'object' ? asked.ideal : asked) // Chromium says just the number
  assert.deepEqual([ideal(video?.asked.width), ideal(video?.asked.height)], [1280, 720])
  assert.deepEqual(video?.asked.frameRate, { ideal: 30, max: 30 })
  assert.deepEqual([video?.got.width, video?.got.height], [1280, 720])
  assert.ok((video?.got.frameRate ?? Infinity) <= 30)
  await until('the bitrate is bounded', async () => (await sending(page)).find(({ kind }) => kind === 'video')?.encodings[0]?.maxBitrate === 1_200_000)
}

/** To a microphone that is not the one in use. */
async function switchMicrophone(screen: Screen): Promise<void> {
  await screen.press('More')
  await screen.press('Devices…', 'menuitem')
  const microphones = await screen.page.waitForSelector(named('Microphone device', 'combobox'))
  const other = await microphones?.evaluate((one) => [...(one as HTMLSelectElement).options].find(({ selected, disabled }) => !selected && !disabled)?.value)
  assert.ok(other, 'there is another microphone')
  await microphones?.select(other)
  await screen.page.keyboard.press('Escape')
  await until('the dialog is closed', async () => !(await screen.page.$(named('Devices', 'dialog'))))
}

async function safetyCode(screen: Screen): Promise<string> {
  await screen.press('More')
  await screen.press('Safety code', 'menuitem')
  const code = await screen.finds('safety-code', /\d/)
  await screen.page.keyboard.press('Escape')
  return code.replaceAll(/\D/g, ' ')
}

/** What the call costs the server: signalling and statistics, for media goes past it. */
async function weigh(house: House, sides: Screen[]): Promise<void> {
  const start = await Promise.all(sides.map(({ page }) => wire(page)))
  const [milliseconds] = await timed(() => lapse(10_000))
  const end = await Promise.all(sides.map(({ page }) => wire(page)))
  const rate = (of: (one: Wire) => number) => end.map((one, side) => of(one) - of(start[side] ?? one)).reduce((sum, one) => sum + one, 0) / milliseconds
  const all = rate(({ sent, received }) => sent + received)
  house.tell('control traffic of the running call, both sides, KB/s (asked: < 5)', all.toFixed(2))
  house.tell('of it statistics, KB/s', rate(({ statistics }) => statistics).toFixed(2))
  house.tell('control traffic since the pages opened, both sides, KB', (end.reduce((sum, { sent, received }) => sum + sent + received, 0) / 1000).toFixed(1))
  assert.ok(all < 5)
}
