// Whoever has an account enters by a room's link as themselves; whoever is let in or put out sees it at once.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import type { RoomView } from '@carillon/sdk'

import { named, signedIn, type Screen } from './house/screen.ts'
import { story } from './house/story.ts'
import { timed, until } from './house/wait.ts'

story('an account enters by a link as a member, and stays signed in', async (house) => {
  const { server, admin: ada, people } = await house.people(['Ben'])
  const ben = await signedIn(house, people[0])
  const session = await cookies(ben)
  const standup = await ada.room('Standup')
  await ben.open(`${server.url}/r/${standup.link}`)
  await ben.sees('Enter Standup', 'heading')
  assert.equal(await ben.page.$(named('Your name', 'textbox')), null, 'an account has a name')
  assert.match(await ben.page.$eval('form', (form) => form.textContent ?? ''), /Ben/)
  await ben.press('Only write')
  await ben.say('hello')
  await ben.reads('hello')
  const { members } = await ada.get<RoomView>(`/api/v1/rooms/${standup.id}`)
  assert.deepEqual(members.map(({ id, kind, role }) => [id, kind, role])[1], [people[0].id, 'account', 'member'])

  await ben.open(`${server.url}/r/${standup.link}`)
  await ben.sees('Standup', 'heading') // who is in goes straight there
  const talk = await ada.room('Talk')
  await ben.open(`${server.url}/r/${talk.link}`)
  await ben.press('Join')
  await ben.phase('waiting')
  assert.deepEqual(await cookies(ben), session, 'the same session')
})

story('whoever is let into a room or put out of it sees it at once', async (house) => {
  const { admin: ada, people } = await house.people(['Ben'])
  const ben = await signedIn(house, people[0])
  const room = await ada.room('Standup')
  await ben.sees('No room yet', 'heading') // the list has come
  const [shown] = await timed(async () => {
    await ada.post(`/api/v1/rooms/${room.id}/members`, { requestId: randomUUID(), account: people[0].id })
    await ben.sees('Standup', 'link')
  })
  const [gone] = await timed(async () => {
    await ada.ask('DELETE', `/api/v1/rooms/${room.id}/members/${people[0].id}`, {})
    await until('the room is gone', async () => !(await ben.page.$('.room-line')))
  })
  house.tell('a room shown and gone, ms (by asking alone: 30,000)', `${shown} ${gone}`)
  assert.ok(shown < 5000 && gone < 5000, 'it is told, not asked')
})

const cookies = async ({ page }: Screen) => (await page.browserContext().cookies()).map(({ value }) => value)
