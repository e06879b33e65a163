// The whole script without a pointer: sign in, a new room, a guest, a call, muting, writing, leaving.
import assert from 'node:assert/strict'

import { flows, media, quiet } from './house/media.ts'
import { password } from './house/people.ts'
import { Keys } from './house/keys.ts'
import { Screen } from './house/screen.ts'
import { story } from './house/story.ts'

story('two people meet, talk, mute, write and leave by keyboard alone', async (house) => {
  const { server, people } = await house.people(['Ben'])
  const [ben, grace] = [new Keys(await Screen.of(house)), new Keys(await Screen.of(house))]
  const [his, hers] = [ben.screen, grace.screen]
  await his.open(server.url)
  await ben.starts('Login')
  await ben.type('ben')
  await his.page.keyboard.press('Tab')
  await ben.type(password(people[0].signedIn.principal.name))
  await ben.enter()

  await ben.press('New room')
  await ben.starts('Name')
  await ben.type('Standup')
  await ben.enter()
  await his.sees('Standup', 'heading')
  await ben.press('People and link')
  await ben.reach('Copy link')
  await ben.picture('keyboard')
  const link = await his.value('Link for guests')
  await ben.press('Start call', 'link')
  await ben.press('Join')
  await his.phase('waiting')

  await hers.open(link)
  await grace.starts('Your name')
  await grace.type('Grace')
  await grace.press('Microphone') // and back: the lobby's own buttons
  await grace.press('Microphone')
  await grace.press('Join')
  await Promise.all([his, hers].map((one) => one.phase('live')))
  await Promise.all([his, hers].map((one) => flows(one.page)))

  await grace.press('Microphone')
  await his.finds('remote-muted')
  await quiet(his.page)
  await hers.page.keyboard.down('Control')
  await hers.page.keyboard.press('d')
  await hers.page.keyboard.up('Control')
  await his.misses('remote-muted')
  await flows(his.page, await media(his.page))

  await grace.press('Chat')
  await grace.reach('Message', 'textbox')
  await grace.type('Good morning')
  await grace.enter()
  await ben.press('Chat')
  await his.reads('Good morning')

  await grace.press('Leave')
  await hers.phase('ended')
  await grace.reach('Bad', 'radio')
  await hers.page.keyboard.press('Space')
  await hers.page.keyboard.press('ArrowRight')
  await grace.reach('Poor', 'radio') // an arrow chooses, and sends nothing
  await grace.press('No sound', 'checkbox')
  await grace.press('Send')
  await hers.finds('thanks')
  assert.ok(await hers.page.$('[data-testid="thanks"]:focus'), 'what was pressed is gone: the focus is on the thanks')
  await his.phase('waiting')
  await ben.press('Leave')
  await his.phase('ended')
  assert.match(await his.page.$eval('h1', (title) => title.textContent ?? ''), /\w/)
}, { patience: 90_000 })
