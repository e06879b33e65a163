// How long it takes from Join to the first picture of the other: Chromium with Chromium, a fresh page each time.
import assert from 'node:assert/strict'

import { profile } from './house/browsers.ts'
import { captures } from './house/devices.ts'
import { UNHURRIED } from './house/limits.ts'
import { flows } from './house/media.ts'
import { at, Report } from './house/report.ts'
import { Screen, signedIn, signIn } from './house/screen.ts'
import { story, type House } from './house/story.ts'

const TIMES = 20

/** From the click, by the clock of the page, to the first frame that was decoded. */
const STOPWATCH = `window.storyJoin = new Promise((done) => addEventListener('click', () => {
  const since = performance.now()
  const look = async () => {
    const { frames } = await story.media()
    if (frames > 0) done(performance.now() - since)
    else setTimeout(look, 5)
  }
  void look()
}, { capture: true, once: true })); 0`

story('join', async (house) => {
  const { server, admin, people } = await house.people(['Ben', 'Cleo'], { env: UNHURRIED })
  const room = await admin.room('Standup')
  await admin.add(room.id, ...people)
  const host = await signedIn(house, people[0])
  await host.open(`${server.url}/rooms/${room.id}`)
  await host.enterCall('Start call')
  await host.phase('waiting')
  const report = new Report('join')

  const lobby = await joins(house, host, async (screen) => {
    await signIn(screen.page, people[1])
    await screen.open(`${server.url}/rooms/${room.id}/call`)
  })
  const guests = await joins(house, host, async (screen) => {
    await screen.open(`${server.url}/r/${room.link?.split('/').at(-1)}`)
    await screen.fill('Your name', 'Grace')
  })
  for (const [who, times] of [['a member, from the lobby', lobby], ['a guest, by the link, entering included', guests]] as const) {
    for (const [word, share] of [['p50', 0.5], ['p95', 0.95]] as const) report.say(`${who}: Join to first frame, ${word} of ${TIMES}`, at(times, share), 'ms')
  }
  await report.write()
  assert.ok(at(lobby, 0.5) <= 1_000 && at(lobby, 0.95) <= 2_000, 'asked: p50 1000 ms, p95 2000 ms')
}, { patience: 600_000 })

/** The times of whoever comes again and again, each time in a profile that nobody used. */
async function joins(house: House, host: Screen, arrive: (screen: Screen) => Promise<void>): Promise<number[]> {
  const times: number[] = []
  for (let time = 0; time < TIMES; time++) {
    const screen = new Screen(await profile(house, 'Chromium'))
    await arrive(screen)
    await screen.page.bringToFront()
    await captures(screen.page, 'audio', 'video')
    await screen.shows('self-video', true)
    await screen.page.evaluate(STOPWATCH)
    await screen.press('Join')
    times.push((await screen.page.evaluate('storyJoin')) as number)
    await flows(screen.page)
    await screen.press('Leave')
    await screen.phase('ended')
    await screen.page.close()
    await host.phase('waiting')
  }
  return times
}
