// What one does with one's devices and keys in a lobby and in a call; each named after what people complain about elsewhere.
import assert from 'node:assert/strict'

import { picture } from './house/browsers.ts'
import { captured } from './house/devices.ts'
import { flows, quiet, sending } from './house/media.ts'
import { named, Screen, signedIn } from './house/screen.ts'
import { story, type House } from './house/story.ts'
import { until } from './house/wait.ts'

/** Two people in a call with each other. */
async function talking(house: House): Promise<{ ben: Screen; cleo: Screen }> {
  const { people } = await house.people(['Ben', 'Cleo'])
  const [ben, cleo] = [await signedIn(house, people[0]), await signedIn(house, people[1])]
  await ben.press('Call Cleo')
  await cleo.press('Accept')
  await Promise.all([ben, cleo].map((one) => one.phase('live')))
  await Promise.all([ben, cleo].map((one) => flows(one.page)))
  return { ben, cleo }
}

const pressed = (screen: Screen, name: string) => screen.page.$eval(named(name, 'button'), (button) => button.getAttribute('aria-pressed'))

/** Whether noise is suppressed, for each microphone that is held. */
const noise = ({ page }: Screen) => page.evaluate('storyDevices.noise()') as Promise<boolean[]>

story('the lobby holds no device that is turned off, and a reload keeps what was chosen', async (house) => {
  const { people } = await house.people(['Ben'])
  const ben = await signedIn(house, people[0])
  await ben.newRoom('Standup')
  await ben.press('Start call', 'link')
  await until('both are held', async () => (await captured(ben.page)).join() === 'audio,video')
  assert.deepEqual(await noise(ben), [true])
  await ben.press('Noise suppression', 'switch')
  await until('noise is not suppressed', async () => String(await noise(ben)) === 'false')
  await ben.press('Test the speaker')
  await ben.finds('announcer', 'A bell sounds now')
  await picture(ben.page, 'lobby speaker test')
  await ben.toggle('Microphone', false)
  await ben.toggle('Camera', false)
  await until('neither is held', async () => (await captured(ben.page)).length === 0)
  await ben.page.reload()
  await ben.sees('Join')
  assert.deepEqual([await pressed(ben, 'Microphone'), await pressed(ben, 'Camera')], ['false', 'false'])
  assert.deepEqual(await captured(ben.page), [])
  assert.equal(await ben.page.$eval('[role="switch"]', (one) => (one as HTMLInputElement).checked), false)
})

story('whoever is muted is heard while Space is held, and is muted after it and after a reload', async (house) => {
  const { ben, cleo } = await talking(house)
  await ben.toggle('Microphone', false)
  await cleo.finds('remote-muted')
  await cleo.finds('announcer', 'Ben is muted')
  await quiet(cleo.page)
  await ben.finds('talk-hint', 'Hold Space to talk')
  await picture(ben.page, 'muted')
  await ben.page.bringToFront()
  await ben.page.keyboard.down('Space')
  await ben.finds('talk-hint', 'You are heard')
  await cleo.misses('remote-muted')
  await flows(cleo.page)
  await picture(ben.page, 'push to talk')
  await ben.page.keyboard.up('Space')
  await cleo.finds('remote-muted')
  await quiet(cleo.page)
  await ben.page.reload()
  await ben.phase('live')
  await cleo.finds('remote-muted')
  assert.ok((await sending(ben.page)).every(({ kind }) => kind !== 'audio'), 'no microphone is even asked for')
}, { patience: 90_000 })

story('every key of a call does what the list of keys says', async (house) => {
  const { ben, cleo } = await talking(house)
  const { keyboard } = ben.page
  await ben.page.bringToFront()
  await keyboard.press('?')
  await ben.finds('keys', 'Talk for as long as it is held')
  await picture(ben.page, 'keys')
  await keyboard.press('Escape')
  await until('no window', async () => !(await ben.page.$('[role="dialog"]')))
  await keyboard.press('c')
  await ben.sees('Message', 'textbox')
  await ben.page.focus('textarea')
  await keyboard.type('Cs?')
  assert.equal(await ben.value('Message'), 'Cs?', 'what is typed is no command')
  await ben.press('Close')
  await keyboard.press('s')
  await cleo.shows('remote-screen', true)
  await flows(cleo.page)
  await picture(cleo.page, 'screen with speaker')
  await picture(ben.page, 'sharing')
  await cleo.shows('remote-video', true)
  await ben.page.bringToFront()
  await keyboard.press('s')
  await cleo.misses('remote-screen')
  await flows(cleo.page)
  await keyboard.down('Control')
  await keyboard.press('e')
  await keyboard.up('Control')
  await cleo.shows('remote-video', false)
  const floats = () => ben.page.evaluate('document.pictureInPictureElement !== null')
  await keyboard.press('p')
  await until('the picture floats', floats)
  await keyboard.press('p')
  await until('it is back', async () => !(await floats()))
}, { patience: 90_000 })

story('one’s own picture goes to the corner of one’s choice, by keys and by pointer, and stays there', async (house) => {
  const { ben } = await talking(house)
  const corner = () => ben.page.$eval('.tile.self', (tile) => tile.getAttribute('data-corner'))
  await ben.page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]) // it is there at once
  await ben.page.bringToFront()
  await ben.page.focus('[data-testid="self-grip"]')
  await ben.page.keyboard.press('ArrowUp')
  assert.equal(await corner(), 'topRight')
  await ben.finds('announcer', 'Top right')
  const grip = await (await ben.page.$('[data-testid="self-grip"]'))!.boundingBox()
  assert.ok(grip)
  const { mouse } = ben.page
  await mouse.move(grip.x + 20, grip.y + 20)
  await mouse.down()
  await mouse.move(200, 500, { steps: 5 })
  await picture(ben.page, 'self dragged')
  await mouse.up()
  assert.equal(await corner(), 'bottomLeft')
  await picture(ben.page, 'self bottom left')
  await ben.page.reload()
  await ben.phase('live')
  await until('it is where it was', async () => (await corner()) === 'bottomLeft')
})

story('a browser that refuses is answered with the name of its own button, and one joins all the same', async (house) => {
  const { people } = await house.people(['Ben'])
  const ben = await signedIn(house, people[0])
  await ben.newRoom('Standup')
  await ben.page.evaluate(`navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('Permission denied', 'NotAllowedError') }`)
  await ben.press('Start call', 'link')
  await until('it says what is refused', () => ben.page.$('::-p-text(allows neither microphone nor camera)'))
  await until('it names the button', () => ben.page.$('::-p-text(View site information)'))
  await picture(ben.page, 'lobby refused')
  await ben.press('Join')
  await ben.phase('waiting')
})

story('a page that nobody looks at holds no device before a call, and takes them again when somebody does', async (house) => {
  const { people } = await house.people(['Ben'])
  const ben = await signedIn(house, people[0])
  await ben.newRoom('Standup')
  await ben.press('Start call', 'link')
  await until('both are held', async () => (await captured(ben.page)).length === 2)
  const turn = (state: string) =>
    ben.page.evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' }); document.dispatchEvent(new Event('visibilitychange'))`)
  await turn('hidden')
  await until('neither is held', async () => (await captured(ben.page)).length === 0)
  await turn('visible')
  await until('both are held again', async () => (await captured(ben.page)).length === 2)
})

/** From now on the page's microphone is this loud, all the time. */
const loudness = ({ page }: Screen, gain: number) =>
  page.evaluate(`{
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async (wish) => {
      if (!wish.audio) return ask(wish)
      const audio = new AudioContext()
      const way = new MediaStreamAudioDestinationNode(audio)
      const tone = new OscillatorNode(audio)
      tone.connect(new GainNode(audio, { gain: ${gain} })).connect(way)
      tone.start()
      return way.stream
    }
  }`)

story('a microphone of which nothing comes is named, until somebody wants to hear no more of it', async (house) => {
  const { people } = await house.people(['Ben'])
  const ben = await signedIn(house, people[0])
  await ben.newRoom('Standup')
  await loudness(ben, 0)
  await ben.press('Start call', 'link')
  await until('it says so', () => ben.page.$('::-p-text(Nothing is heard from this microphone)'))
  await picture(ben.page, 'lobby silent microphone')
  await ben.press('Do not say this again')
  await until('it says so no more', async () => !(await ben.page.$('::-p-text(Nothing is heard from this microphone)')))
  assert.equal(await ben.page.evaluate(`localStorage.getItem('carillon/hint-silent')`), 'false')
})

story('who speaks while muted is told so, and can be heard at once', async (house) => {
  const { people } = await house.people(['Ben', 'Cleo'])
  const [ben, cleo] = [await signedIn(house, people[0]), await signedIn(house, people[1])]
  await loudness(ben, 0.6)
  await ben.press('Call Cleo')
  await cleo.press('Accept')
  await ben.phase('live')
  await flows(cleo.page)
  await ben.toggle('Microphone', false)
  await until('it says so', () => ben.page.$('::-p-text(Nobody hears what you say)'))
  await quiet(cleo.page)
  await picture(ben.page, 'muted and speaking')
  await ben.press('Turn on')
  await cleo.misses('remote-muted')
  await flows(cleo.page)
})
