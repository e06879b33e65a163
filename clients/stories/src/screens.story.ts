// Every screen on a desk and a phone, light and dark, in English and French: a picture of each, and no fault that axe finds.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import type { Page } from 'puppeteer-core'

import adminEnglish from '../../web/src/locales/admin.en.ts'
import adminFrench from '../../web/src/locales/admin.fr.ts'
import doctorEnglish from '../../web/src/locales/doctor.en.ts'
import doctorFrench from '../../web/src/locales/doctor.fr.ts'
import en from '../../web/src/locales/en.ts'
import fr from '../../web/src/locales/fr.ts'
import { picture, profile } from './house/browsers.ts'
import { BOTH, join } from './house/calls.ts'
import { administrator, guest, invited, password } from './house/people.ts'
import { Screen, signedIn } from './house/screen.ts'
import { story } from './house/story.ts'
import { until } from './house/wait.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const SIZES = { desk: { width: 1280, height: 720 }, phone: { width: 390, height: 844 } }

/** Drawn as it is now: what moves to its place or changes its colour has done so. */
const DRAWN = `new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))).then(() =>
  Promise.all(document.getAnimations().filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime)).map(({ finished }) => finished.catch(() => {}))),
).then(() => 0)`

/** How much wider the page is than its window. */
const WIDE = `(() => {
  const wide = document.documentElement.scrollWidth - innerWidth
  return wide > 0 ? [wide + ' pixels too wide'] : []
})()`

/** What one can press and cannot get to by scrolling. */
const HIDDEN = `[...document.querySelectorAll('button, a[href], input, select, textarea')].flatMap((element) => {
  const open = document.querySelector('[role="dialog"], [role="alertdialog"]')
  if ((open && !open.contains(element)) || element.closest('.skip, .unseen') || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return []
  const target = element.closest('label') ?? element
  target.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' })
  const { left, right, top, bottom } = target.getBoundingClientRect()
  const inside = left > -1 && right < innerWidth + 1 && top > -1 && bottom < innerHeight + 1
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
  return inside && hit && target.contains(hit) ? [] : [(element.ariaLabel || element.textContent || element.outerHTML).slice(0, 80) + (inside ? ' is covered by ' + hit?.outerHTML.slice(0, 80) : ' is out of reach')]
})`

const MOVING = `document.getAnimations().flatMap(({ effect, animationName, transitionProperty }) => {
  const { duration, iterations } = effect.getComputedTiming()
  return duration * iterations > 20 ? [animationName ?? transitionProperty ?? 'something'] : []
})`

const WORDS = { en: { ...en, ...adminEnglish, ...doctorEnglish }, fr: { ...fr, ...adminFrench, ...doctorFrench } }

for (const [language, words] of Object.entries(WORDS)) {
  story(`every screen can be used by everybody (${language})`, async (house) => {
    const server = await house.server()
    const admin = await administrator(server)
    const ben = await invited(admin, 'Ben', 'admin')
    const room = await ben.room('Standup')
    const grace = await guest(server, room, 'Grace')
    for (const [who, text] of [[ben, 'Good morning'], [grace, 'Bonjour à tous']] as const) {
      await who.post(`/api/v1/rooms/${room.id}/messages`, { requestId: randomUUID(), text })
    }
    const page = await profile(house, 'Chromium')
    await page.evaluateOnNewDocument(`Object.defineProperty(navigator, 'languages', { value: ['${language}'] });
      Object.defineProperty(navigator, 'language', { value: '${language}' })`)
    const faults: string[] = []
    const see = async (name: string) => void faults.push(...(await look(page, name, language)))
    const visit = async (name: string, path: string) => {
      await page.goto(`${server.url}${path}`)
      await settled(page)
      await see(name)
    }
    await visit('sign-in', '/')
    await visit('guest-entry', `/r/${room.link?.split('/').at(-1)}`)
    await visit('old-link', '/link#gone')
    await visit('invitation', '/invite#gone')
    await visit('doctor', '/doctor')
    const signIn = JSON.stringify({ login: 'ben', password: password('Ben') })
    await page.evaluate(`fetch('/api/v1/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: ${JSON.stringify(signIn)} })`)
    await visit('home', '/')
    await visit('room', `/rooms/${room.id}`)
    await visit('lobby', `/rooms/${room.id}/call`)
    await visit('account', '/account')
    for (const section of ['people', 'invitations', 'rooms', 'audit']) await visit(`admin-${section}`, `/admin/${section}`)
    await visit('nothing-here', '/nowhere')
    await visit('room-not-yours', `/rooms/${randomUUID()}`)

    const screen = new Screen(page)
    await page.goto(`${server.url}/admin/audit`)
    await screen.press(words.adminAudit.check)
    await until('what the chain is', () => page.$('[data-whole="true"]'))
    await page.locator('.audit-row').click()
    await until('the event', () => page.$('.audit-detail'))
    await see('admin-event')
    await page.goto(`${server.url}/doctor`)
    await screen.press(words.doctor.start)
    await until('what the test found', () => page.$('[data-sum]'), 30_000)
    await see('doctor-tested')
    await page.goto(`${server.url}/rooms/${room.id}`)
    await screen.press(words.room.panel)
    await until('the panel', () => page.$('.room-panel li'))
    await see('people-and-link')
    const cleo = await signedIn(house, await invited(admin, 'Cleo'))
    await cleo.press('Call Ben')
    await screen.sees(words.call.accept)
    await see('incoming')
    await screen.press(words.call.accept)
    await screen.phase('live')
    await see('call')
    for (const more of ['devices', 'safety', 'figures', 'keys'] as const) {
      await screen.press(words.call.more)
      await screen.press(words.call[more], 'menuitem')
      await until('its window', () => page.$('[role="dialog"] h2'))
      await see(more)
      await page.keyboard.press('Escape')
      await until('no window', async () => !(await page.$('[role="dialog"]')))
    }
    await screen.toggle(words.devices.microphone, false)
    await cleo.toggle('Share screen', true)
    await screen.shows('remote-screen', true)
    await see('shared-screen')
    await screen.press(words.call.leave)
    await screen.phase('ended')
    await until('the scale', () => page.$('.rating-scale'))
    await see('ended')
    await page.locator('.rating-value:nth-child(2)').click()
    await until('what went wrong', () => page.$('.rating-problems'))
    await see('rating')
    await screen.press(words.ended.send)
    await screen.finds('thanks')
    await visit('home-recent', '/')
    await visit('admin-calls', '/admin/calls')
    const one = await until('the call', () => page.$eval('a[href^="/admin/calls/"]', (link) => link.getAttribute('href')))
    await page.goto(`${server.url}${one}`)
    await until('its charts', () => page.$('canvas'))
    await see('admin-call')
    const [here, there] = [await house.line(admin), await house.line(grace)]
    await ben.add(room.id, admin)
    const { call } = await here.ask('call:initiate', { room: room.id, requestId: randomUUID(), media: BOTH })
    await join(there, call)
    await visit('lobby-full', `/rooms/${room.id}/call`)
    await screen.press(words.lobby.join)
    await screen.sees(words.call.full, 'heading')
    await see('full')
    assert.deepEqual(faults, [])
    assert.equal(await page.evaluate('document.documentElement.lang'), language)
  }, { patience: 180_000 })
}

/** Nothing is being asked for any more, and a heading says what this is. */
async function settled(page: Page): Promise<void> {
  await page.waitForNetworkIdle({ idleTime: 200, concurrency: 1 })
  await until('a heading', () => page.$('h1'))
}

/** Pictures of it, and the faults: each with the rule, and the first element that breaks it. */
async function look(page: Page, name: string, language: string): Promise<string[]> {
  const faults = await enlarged(page, name)
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewport(viewport)
    for (const light of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: light }, { name: 'prefers-reduced-motion', value: 'reduce' }])
      await page.evaluate(DRAWN)
      await picture(page, `${name} ${size} ${light} ${language}`)
      faults.push(...(await judged(page)).map((fault) => `${name} ${size} ${light}: ${fault}`))
    }
    faults.push(...(await page.evaluate(WIDE) as string[]).map((fault) => `${name} ${size}: ${fault}`))
  }
  const moving = (await page.evaluate(MOVING)) as string[]
  return [...faults, ...moving.map((what) => `${name}: ${what} moves, and was asked not to`)]
}

/** At 200 % a desk's window is half as wide and half as high: nothing is cut off, and all that one can press can be reached. */
async function enlarged(page: Page, name: string): Promise<string[]> {
  await page.setViewport({ width: 640, height: 360, deviceScaleFactor: 2 })
  await page.evaluate(DRAWN)
  const faults = [...((await page.evaluate(WIDE)) as string[]), ...((await page.evaluate(HIDDEN)) as string[])]
  return faults.map((fault) => `${name} at 200 %: ${fault}`)
}

async function judged(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(`${AXE};0`)
  const run = `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`
  const { violations, passes } = (await page.evaluate(run)) as { violations: { id: string; nodes: { html: string }[] }[]; passes: unknown[] }
  assert.ok(passes.length > 10, 'axe looked')
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
}
