// Debian's Chromium and Firefox, with cameras and microphones that are not there.
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { after } from 'node:test'

import { launch, type Browser, type BrowserContext, type Page } from 'puppeteer-core'

import type { House } from './story.ts'

export type Kind = 'Chromium' | 'Firefox'

const IN_PAGE = ['in-page.js', 'in-page-devices.js'].map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('')

const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--lang=en-US',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--auto-select-desktop-capture-source=Entire screen',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-networking',
  '--disable-component-update',
]

const FIREFOX = {
  'intl.accept_languages': 'en-US, en',
  'media.autoplay.default': 0,
  'media.navigator.permission.disabled': true,
  'media.navigator.streams.fake': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
}

export interface BrowserOptions {
  /** The program, when it is not the one on the path. */
  program?: string
  flags?: string[]
  /** Believe any certificate. */
  trusting?: boolean
  /** Without any device. */
  bare?: boolean
}

/** A new process with a profile of its own. */
export function browser(kind: Kind, { program, flags = [], trusting = false, bare = false }: BrowserOptions = {}): Promise<Browser> {
  const common = { headless: true, acceptInsecureCerts: trusting, defaultViewport: { width: 1280, height: 720 } }
  if (kind === 'Firefox') {
    return launch({ ...common, browser: 'firefox', executablePath: program ?? '/usr/bin/firefox-esr', extraPrefsFirefox: FIREFOX })
  }
  const devices = bare ? CHROMIUM.filter((flag) => !flag.includes('fake-device')) : CHROMIUM
  return launch({
    ...common,
    executablePath: program ?? '/usr/bin/chromium',
    pipe: true,
    // Muted, it would decode no sound, and there would be no energy to see.
    ignoreDefaultArgs: ['--mute-audio'],
    args: [...devices, ...flags],
  })
}

const shared = new Map<Kind, Promise<Browser>>()
after(async () => {
  for (const one of shared.values()) await (await one).close()
})

/** A browser profile that nobody used, with one page. Profiles of a kind share a process within a file of stories. */
export async function profile(house: House, kind: Kind): Promise<Page> {
  let process = shared.get(kind)
  if (!process) shared.set(kind, (process = browser(kind)))
  const context = await (await process).createBrowserContext()
  house.later(() => context.close())
  return page(house, context)
}

let pages = 0

/** A page of which stories see the media. */
export async function page(house: House, context: Browser | BrowserContext, rtc: RTCConfiguration = {}): Promise<Page> {
  const page = await context.newPage()
  const number = ++pages
  await page.evaluateOnNewDocument(`window.storyRtc = ${JSON.stringify(rtc)};${IN_PAGE}`)
  const complaints: string[] = []
  page.on('pageerror', (thrown) => complaints.push(String(thrown)))
  page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()))
  house.witness(async () => {
    console.error(`the page at ${page.url()} complained: ${complaints.slice(-20).join('\n') || 'of nothing'}`)
    await picture(page, `failed ${house.name} ${number}`)
  })
  return page
}

/** A picture for whoever reads the run. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true })
  await page.bringToFront() // Firefox draws no other
  const file = `${name.replaceAll(/[^\w-]+/g, '-').toLowerCase()}.png`
  await page.screenshot({ path: `${PICTURES}/${file}` as `${string}.png` })
}

const PICTURES = decodeURI(new URL('../../screenshots', import.meta.url).pathname)
