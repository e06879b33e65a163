// The web app as a person uses it: by the names that its controls have.
import type { Page } from 'puppeteer-core'

import { picture, profile, type Kind } from './browsers.ts'
import { password, type Person } from './people.ts'
import type { House } from './story.ts'
import { until } from './wait.ts'

export const named = (name: string, role: string) => `::-p-aria([name="${name}"][role="${role}"])`

export type Phase = 'entering' | 'ringing' | 'waiting' | 'connecting' | 'live' | 'reconnecting' | 'ended'

export class Screen {
  readonly page: Page
  readonly #firefox: boolean

  constructor(page: Page, kind: Kind = 'Chromium') {
    this.page = page
    this.#firefox = kind === 'Firefox'
    page.setDefaultTimeout(15_000)
  }

  /** Somebody's fresh profile. */
  static async of(house: House, kind: Kind = 'Chromium'): Promise<Screen> {
    return new Screen(await profile(house, kind), kind)
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url)
  }

  async press(name: string, role = 'button'): Promise<void> {
    await this.#turnTo()
    await done(`press the ${role} "${name}"`, this.page.locator(named(name, role)).click())
  }

  async fill(name: string, text: string): Promise<void> {
    await this.#turnTo()
    await done(`write into "${name}"`, this.page.locator(named(name, 'textbox')).fill(text))
  }

  /** A password has no role by which it could be asked for. */
  async fillPassword(text: string): Promise<void> {
    await this.#turnTo()
    await done('write a password', this.page.locator('input[type="password"]').fill(text))
  }

  /** Firefox draws only the page in front, and a click waits for it to be drawn: so no two of its pages are used at once. */
  async #turnTo(): Promise<void> {
    if (this.#firefox) await this.page.bringToFront()
  }

  async sees(name: string, role = 'button'): Promise<void> {
    await this.#turnTo()
    await done(`see the ${role} "${name}"`, this.page.locator(named(name, role)).wait())
  }

  /** What stands in a field. */
  async value(name: string): Promise<string> {
    const field = await this.page.waitForSelector(named(name, 'textbox'))
    return until(`something in ${name}`, () => field?.evaluate((element) => (element as HTMLInputElement).value))
  }

  /** Waits for the element of this test id, whose text may be asked for. */
  async finds(id: string, text?: string | RegExp): Promise<string> {
    return until(`${id} with ${text ?? 'anything'}`, async () => {
      const said = await this.texts(id)
      return said.find((one) => text === undefined || (typeof text === 'string' ? one.includes(text) : text.test(one))) ?? (said.length > 0 && false)
    })
  }

  async misses(id: string): Promise<void> {
    await until(`no ${id}`, async () => (await this.texts(id)).length === 0)
  }

  /** Waits until the element of this test id is to be seen, or hidden. */
  async shows(id: string, shown: boolean): Promise<void> {
    const look = () => this.page.$eval(`[data-testid="${id}"]`, (element) => element.checkVisibility())
    await until(`${id} ${shown ? 'shown' : 'hidden'}`, async () => (await look()) === shown)
  }

  texts(id: string): Promise<string[]> {
    return this.page.$$eval(`[data-testid="${id}"]`, (all) => all.map((one) => one.textContent ?? ''))
  }

  /** Where the call stands. */
  async phase(...phases: Phase[]): Promise<Phase> {
    const look = async () => {
      const phase = (await this.page.$$eval('[data-testid="call"]', (all) => all.map((one) => one.getAttribute('data-phase'))))[0] as Phase
      return phases.includes(phase) && phase
    }
    return until(`the call is ${phases.join(' or ')}`, look, 15_000)
  }

  /** A toggle in the call's bar. */
  async toggle(name: string, on: boolean): Promise<void> {
    await this.#turnTo()
    const button = await this.page.waitForSelector(named(name, 'button'))
    const pressed = () => button?.evaluate((element) => element.getAttribute('aria-pressed'))
    if ((await pressed()) !== String(on)) await button?.click()
    await until(`${name} is ${on ? 'on' : 'off'}`, async () => (await pressed()) === String(on))
  }

  async say(text: string): Promise<void> {
    await this.fill('Message', text)
    await this.press('Send')
  }

  /** The texts of the messages in this state. */
  messages(state = 'sent'): Promise<string[]> {
    return this.page.$$eval(`[data-testid="message"][data-state="${state}"] [data-testid="message-text"]`, (all) => all.map((one) => one.textContent ?? ''))
  }

  async reads(...texts: string[]): Promise<void> {
    await until(`reads ${texts.join(', ')}`, async () => {
      const there = await this.messages()
      return texts.every((text) => there.filter((one) => one === text).length === 1)
    })
  }

  /** A new room, and the link that lets guests in. */
  async newRoom(name: string): Promise<string> {
    await this.press('New room')
    await this.fill('Name', name)
    await this.press('Create')
    await this.sees(name, 'heading')
    await this.press('People and link')
    return this.value('Link for guests')
  }

  /** Through the lobby into the room's call. */
  async enterCall(word: 'Start call' | 'Join call'): Promise<void> {
    const role = await until(word, async () => ((await this.page.$(named(word, 'button'))) ? 'button' : (await this.page.$(named(word, 'link'))) ? 'link' : false))
    await this.press(word, role)
    await this.press('Join')
  }

  async enterAsGuest(link: string, name: string): Promise<void> {
    await this.open(link)
    await this.fill('Your name', name)
    await this.press('Join')
  }
}

/** Somebody who has an account, by their password. */
export async function signedIn(house: House, person: Person, kind: Kind = 'Chromium'): Promise<Screen> {
  const screen = await Screen.of(house, kind)
  await screen.open(person.server.url)
  await screen.fill('Login', person.signedIn.principal.login ?? '')
  await screen.fillPassword(password(person.signedIn.principal.name))
  await picture(screen.page, 'sign in')
  await screen.press('Sign in')
  await screen.sees('Rooms', 'heading')
  return screen
}

/** The same without the sign-in screen: this page's profile is signed in. */
export async function signIn(page: Page, { server, signedIn: { principal } }: Person): Promise<void> {
  await page.goto(server.url)
  const who = JSON.stringify({ login: principal.login ?? principal.name.toLowerCase(), password: password(principal.name) })
  const post = `fetch('/api/v1/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: ${JSON.stringify(who)} }).then(({ status }) => status)`
  const status = await page.evaluate(post)
  if (status !== 200 && status !== 201) throw new Error(`signing in was answered ${String(status)}`)
}

/** The library says that time was up, not what for. */
async function done(what: string, doing: Promise<unknown>): Promise<void> {
  await doing.catch((why: unknown) => {
    throw new Error(`it was not possible to ${what}: ${String(why)}`)
  })
}

/** Ada, who administers, alone in a fresh room's call; and the link for whoever should come. */
export async function host(screen: Screen, adminLink: string): Promise<string> {
  await screen.open(adminLink)
  const link = await screen.newRoom('Standup')
  await screen.enterCall('Start call')
  await screen.phase('waiting')
  return link
}
