// Calling a person rings in their open app: taken, declined, not answered; and what two people do in a call.
import assert from 'node:assert/strict'

import { browser, page, picture, type Kind } from './house/browsers.ts'
import { flows, media, still } from './house/media.ts'
import { guest } from './house/people.ts'
import { host, Screen, signedIn } from './house/screen.ts'
import { story, type House } from './house/story.ts'
import { until } from './house/wait.ts'

/** Two screens, one signed in as the administrator by the link, the other by an invitation. */
async function adaAndBen(house: House, kind?: Kind): Promise<{ ada: Screen; ben: Screen }> {
  const server = await house.server()
  const [ada, ben] = [await Screen.of(house), await Screen.of(house, kind)]
  await ada.open(server.ready.adminLink)
  await ada.press('Admin', 'link')
  await ada.press('Invitations', 'link')
  await picture(ada.page, 'invitations')
  await ada.press('New invitation')
  const invitation = await ada.value('Invitation link')
  await ben.open(invitation)
  await picture(ben.page, 'invitation')
  await ben.fill('Login', 'ben')
  await ben.fill('Your name', 'Ben')
  await ben.fillPassword('ben of the bell tower')
  await ben.press('Create account')
  await ben.sees('New room')
  await ada.press('Rooms', 'link')
  await ada.page.reload() // the list of people is looked at again now and then only
  await ada.sees('Call Ben')
  await picture(ada.page, 'home')
  return { ada, ben }
}

for (const kind of ['Chromium', 'Firefox'] as const) {
  // Ada, who shares her screen, is in Chromium: headless Firefox finds none (NotFoundError).
  story(`a person is called: declines, then takes it; they talk, share a screen, reload, and hang up: Chromium and ${kind}`, (house) => ring(house, kind), { patience: 90_000 })
}

async function ring(house: House, kind: Kind): Promise<void> {
  const { ada, ben } = await adaAndBen(house, kind)
  await ada.press('Call Ben')
  await ada.phase('ringing')
  await ben.press('Decline')
  await ada.sees('Ben declined', 'heading')
  await picture(ada.page, 'declined')

  await ada.press('Call again')
  await ben.sees('Accept')
  assert.match(await ben.page.title(), / is calling/)
  await picture(ben.page, 'ringing')
  await ben.press('Accept')
  await Promise.all([ada, ben].map((one) => one.phase('live')))
  await Promise.all([ada, ben].map((one) => flows(one.page)))

  const shares = () => ada.page.evaluate('story.screen()')
  await ada.toggle('Share screen', true)
  await until('the screen is sent', shares)
  await flows(ben.page)
  await picture(ben.page, 'shared screen')
  await ada.toggle('Share screen', false)
  await until('the camera is sent again', async () => !(await shares()))
  await flows(ben.page)

  await ben.page.reload()
  await ben.phase('live')
  await Promise.all([ada, ben].map((one) => flows(one.page)))

  await ada.shows('remote-video', true)
  await ben.toggle('Camera', false)
  await ada.shows('remote-video', false)
  await still(ada.page)
  await ben.toggle('Camera', true)
  await ada.shows('remote-video', true)
  await flows(ada.page)
  await ben.press('Leave')
  await Promise.all([ada, ben].map((one) => one.phase('ended')))
  assert.match(await ada.finds('duration'), /\d/)
  await picture(ada.page, 'ended')
}

story('who talks is busy for a third: the caller reads so, and the two are not disturbed', async (house) => {
  const { people } = await house.people(['Ben', 'Cleo', 'Dora'])
  const [ben, cleo, dora] = [await signedIn(house, people[0]), await signedIn(house, people[1]), await signedIn(house, people[2])]
  await ben.press('Call Cleo')
  await cleo.press('Accept')
  await Promise.all([ben, cleo].map((one) => one.phase('live')))
  await Promise.all([ben, cleo].map((one) => flows(one.page)))
  const rang = `rang = false; new MutationObserver(() => { rang ||= !!document.querySelector('[role="alertdialog"]') }).observe(document, { childList: true, subtree: true })`
  await ben.page.evaluate(rang)

  await dora.press('Call Ben')
  await dora.phase('ended')
  await dora.sees('Ben is in another call', 'heading')
  await picture(dora.page, 'busy')
  assert.equal(await ben.page.evaluate('rang'), false)
  for (const one of [ben, cleo]) {
    const { connections } = await flows(one.page)
    assert.equal(connections, 1)
    assert.equal(await one.phase('live', 'ended'), 'live')
  }
})

story('nobody answers: after a while it says so', async (house) => {
  const { ada, ben } = await adaAndBen(house)
  await ada.press('Call Ben')
  await ben.sees('Accept')
  await until('it ends by itself', async () => (await ada.texts('call-state')).length >= 0 && (await ada.page.$('::-p-text(Ben did not answer)')), 40_000)
  await until('it stops ringing', async () => !(await ben.page.$('[role="alertdialog"]')))
}, { patience: 90_000 })

story('a third person hears that this is a call for two, and chats meanwhile', async (house) => {
  const server = await house.server()
  const [ada, grace, linus] = [await Screen.of(house), await Screen.of(house), await Screen.of(house)]
  const link = await host(ada, server.ready.adminLink)
  await grace.enterAsGuest(link, 'Grace')
  await Promise.all([ada, grace].map((one) => one.phase('live')))
  await linus.enterAsGuest(link, 'Linus')
  await linus.sees('This call is full', 'heading')
  await picture(linus.page, 'full')
  const before = await media(ada.page)
  await flows(ada.page, before)

  await grace.press('Leave')
  await grace.phase('ended')
  await ada.phase('waiting')
  await grace.press('Back to the room', 'link')
  await grace.enterCall('Join call')
  await Promise.all([ada, grace].map((one) => flows(one.page)))
})

story('who has no camera and no microphone joins, sees and hears', async (house) => {
  const server = await house.server()
  const ada = await Screen.of(house)
  const link = await host(ada, server.ready.adminLink)
  const poor = await browser('Chromium', { bare: true })
  house.later(() => poor.close())
  const grace = new Screen(await page(house, poor))
  await grace.open(link)
  await grace.fill('Your name', 'Grace')
  await until('it says so', () => grace.page.$('::-p-text(without microphone and camera)'))
  await picture(grace.page, 'without devices')
  await grace.press('Join')
  await flows(grace.page, { ...(await media(grace.page)), frames: 0, energy: 0 })
  await ada.phase('live')
})

story('what was written is there after a reload, and after the server was started anew', async (house) => {
  const { server, people, admin } = await house.people(['Ben'])
  const [ben] = people
  const room = await admin.room('Standup')
  await admin.add(room.id, ben)
  const screen = await signedIn(house, ben)
  await screen.press('Standup', 'link')
  for (const text of ['Good morning', 'Bonjour']) await screen.say(text)
  await screen.reads('Good morning', 'Bonjour')
  await screen.page.reload()
  await screen.reads('Good morning', 'Bonjour')
  await server.kill()
  await screen.finds('line', 'No connection')
  await server.again()
  await screen.misses('line')
  const grace = await guest(server, room, 'Grace')
  await grace.post(`/api/v1/rooms/${room.id}/messages`, { requestId: crypto.randomUUID(), text: 'Back again' })
  await screen.reads('Good morning', 'Bonjour', 'Back again')
  await screen.page.reload()
  await screen.reads('Good morning', 'Bonjour', 'Back again')
  await picture(screen.page, 'room')
})
