// What each page weighs on its first load: the scripts that it needs, compressed, against their limits.
import { readFileSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Each page, and what it may need in all: kilobytes of gzip. The lobby is `CallPage`; a call is that and `Stage`. */
const PAGES = { SignIn: 170, LinkPage: 170, InvitePage: 170, GuestPage: 170, Home: 170, CallPage: 170, RoomPage: 190, Stage: 260, Account: 220, Invitations: 220, Lost: 170 }

const assets = new URL('./dist/assets/', import.meta.url)
const files = readdirSync(assets).filter((name) => name.endsWith('.js'))
const texts = new Map(files.map((name) => [name, readFileSync(new URL(name, assets), 'utf8')]))
const size = new Map(files.map((name) => [name, gzipSync(texts.get(name), { level: 9 }).length / 1000]))

/** A script with all that it imports at once. */
function closure(name, found = new Set()) {
  if (found.has(name)) return found
  found.add(name)
  for (const [, other] of texts.get(name).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) if (texts.has(other)) closure(other, found)
  return found
}
const fail = (why) => {
  console.error(why)
  process.exit(1)
}
const chunk = (start) => files.find((name) => name.startsWith(`${start}-`)) ?? fail(`there is no chunk of ${start}`)

const html = readFileSync(new URL('./dist/index.html', import.meta.url), 'utf8')
const shared = closure(basename(html.match(/src="([^"]+\.js)"/)[1]))
closure(chunk('en'), shared)

const heavy = Object.entries(PAGES).filter(([page, limit]) => {
  const all = closure(chunk(page), new Set(shared))
  const sum = (names) => names.reduce((total, name) => total + size.get(name), 0)
  const [total, own] = [sum([...all]), sum([...all].filter((name) => !shared.has(name)))]
  console.log(`${page.padEnd(12)}${total.toFixed(1).padStart(6)} of ${limit} kB, its own ${own.toFixed(1).padStart(5)}${total > limit ? '   TOO MUCH' : ''}`)
  return total > limit
})
if (heavy.length > 0) fail(`too heavy: ${heavy.map(([page]) => page).join(', ')}`)
