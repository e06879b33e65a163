// The pictures of the README and the guides, in English and French: `cargo xtask pictures` puts them into the docs.
import en from '../../web/src/locales/en.ts'
import fr from '../../web/src/locales/fr.ts'
import { picture } from './house/browsers.ts'
import { flows } from './house/media.ts'
import { guest, invited } from './house/people.ts'
import { ADA, GRACE, sits } from './house/portrait.ts'
import { Screen, signIn } from './house/screen.ts'
import { story } from './house/story.ts'
import { until } from './house/wait.ts'

const SAID = {
  en: ['Good morning! Did the bells arrive?', 'All eight of them, this morning. The smallest is lovely.', 'I start the call.', 'Do you hear this one?', 'Clear as a bell.'],
  fr: ['Bonjour ! Les cloches sont-elles arrivées ?', 'Toutes les huit, ce matin. La plus petite est ravissante.', 'Je lance l’appel.', 'Entendez-vous celle-ci ?', 'Claire comme une cloche.'],
}

for (const [language, words] of Object.entries({ en, fr })) {
  story(`the docs show the product as it is (${language})`, async (house) => {
    const { admin, server } = await house.people([])
    const ada = await invited(admin, 'Ada', 'admin')
    const room = await ada.room(language === 'fr' ? 'Atelier' : 'Workshop')
    const grace = await guest(server, room, 'Grace')
    const said = SAID[language as keyof typeof SAID]
    const say = (number: number) =>
      (number % 2 === 0 ? ada : grace).post(`/api/v1/rooms/${room.id}/messages`, { requestId: crypto.randomUUID(), text: said[number] })
    for (const number of [0, 1, 2]) await say(number)

    const [hers, theirs] = [await Screen.of(house), await Screen.of(house)]
    for (const [screen, looks] of [[hers, ADA], [theirs, GRACE]] as const) {
      await screen.page.evaluateOnNewDocument(`Object.defineProperty(navigator, 'languages', { value: ['${language}'] });
        Object.defineProperty(navigator, 'language', { value: '${language}' })`)
      await sits(screen.page, looks)
    }
    const show = (name: string) => picture(hers.page, `docs-${name}-${language}`)
    await signIn(hers.page, ada)
    await hers.open(`${server.url}/rooms/${room.id}`)
    await hers.press(words.room.panel)
    await until('the panel', () => hers.page.$('.room-panel li'))
    await show('room')
    await hers.open(`${server.url}/rooms/${room.id}/call`)
    await until('a picture', () => hers.page.$eval('video', (video) => video.videoWidth === 1280))
    await show('lobby')
    await hers.press(words.lobby.join)
    await hers.phase('waiting')

    await theirs.open(`${server.url}/r/${room.link?.split('/').at(-1)}`)
    await theirs.fill(words.guest.name, 'Grace')
    await theirs.press(words.lobby.join)
    await hers.phase('live')
    await flows(hers.page)
    await hers.press(words.call.chat)
    for (const number of [3, 4]) await say(number)
    await hers.reads(said[4] ?? '')
    await hers.page.waitForSelector('[data-testid="quality"][data-word="good"]')
    await show('call')
    await hers.press(words.call.leave)
    await hers.phase('ended')
    for (const [name, path] of [['record', '/admin/audit'], ['doctor', '/doctor']] as const) {
      await hers.open(`${server.url}${path}`)
      await hers.page.waitForNetworkIdle({ idleTime: 300 })
      await show(name)
    }
  }, { patience: 90_000 })
}
