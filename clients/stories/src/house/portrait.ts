// A person drawn before a wall, who is what the page's camera sees: for pictures that are looked at.
import { readFileSync } from 'node:fs'

import type { Page } from 'puppeteer-core'

const IN_PAGE = readFileSync(new URL('in-page-portrait.js', import.meta.url), 'utf8')

export interface Looks {
  skin: string
  hair: string
  shirt: string
  wall: string
  /** Hair to the shoulders, or bound up. */
  long: boolean
}

export const ADA: Looks = { skin: '#e3b394', hair: '#7a3b22', shirt: '#7f4036', wall: '#b9c8d0', long: false }
export const GRACE: Looks = { skin: '#c68d66', hair: '#2a1d18', shirt: '#2b7074', wall: '#d9cdb9', long: true }

const drawn = ({ skin, hair, shirt, wall, long }: Looks) => `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720" viewBox="0 0 1280 720">
  <rect width="1280" height="720" fill="${wall}"/>
  <rect y="560" width="1280" height="160" fill="#00000018"/>
  <g><rect x="110" y="80" width="280" height="240" fill="#f2ede0"/><rect x="130" y="100" width="240" height="200" fill="#cfe0e8"/>
    <circle cx="300" cy="150" r="26" fill="#efc57a"/><path d="M130 300 L210 190 L270 260 L310 220 L370 300 Z" fill="#8aae97"/></g>
  <g><rect x="930" y="330" width="240" height="14" fill="#86694f"/><rect x="950" y="236" width="28" height="94" fill="#b25747"/>
    <rect x="984" y="220" width="34" height="110" fill="#386f8e"/><rect x="1024" y="250" width="22" height="80" fill="#d6a248"/><rect x="1052" y="232" width="32" height="98" fill="#4d7c57"/></g>
  ${long ? `<path d="M470 640 C430 400 480 190 640 190 C800 190 850 400 810 640 Z" fill="${hair}"/>` : `<circle cx="640" cy="168" r="54" fill="${hair}"/>`}
  <path d="M360 720 C380 560 520 520 640 520 C760 520 900 560 920 720 Z" fill="${shirt}"/>
  <path d="M570 500 h140 v50 l-70 60 l-70 -60 Z" fill="${skin}"/>
  <path d="M570 528 l70 82 l70 -82 l26 12 l-96 108 l-96 -108 Z" fill="#efe9de"/>
  <ellipse cx="640" cy="370" rx="120" ry="150" fill="${skin}"/>
  <path d="M516 350 C520 240 580 200 640 200 C700 200 760 240 764 350 C730 300 700 280 640 272 C580 280 550 300 516 350 Z" fill="${hair}"/>
  <g fill="#2a2320"><circle cx="596" cy="362" r="11"/><circle cx="684" cy="362" r="11"/></g>
  <g fill="none" stroke="#2a2320" stroke-width="7" stroke-linecap="round"><path d="M574 330 q22 -12 44 -2"/><path d="M662 328 q22 -10 44 2"/></g>
  <path d="M640 374 l-8 42 h16" fill="none" stroke="#00000055" stroke-width="5" stroke-linecap="round"/>
  <path d="M590 442 q50 48 100 0" fill="none" stroke="#8f3f35" stroke-width="11" stroke-linecap="round"/>
</svg>`

/** From the page's next load on its camera sees this person. Sound is as before. */
export async function sits(page: Page, looks: Looks): Promise<void> {
  await page.evaluateOnNewDocument(IN_PAGE)
  const picture = `data:image/svg+xml;base64,${Buffer.from(drawn(looks)).toString('base64')}`
  await page.evaluateOnNewDocument(`storyPortrait(${JSON.stringify(picture)})`)
}
