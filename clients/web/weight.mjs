// What each page weighs on its first load: the scripts that it needs, compressed, against their limits.
//
//   node weight.mjs [<the built app>]
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

/** Each page, and what it may need in all: kilobytes of gzip. The lobby is `CallPage`; a call is that and `Stage`. */
const PAGES = { SignIn: 170, LinkPage: 170, InvitePage: 170, GuestPage: 170, Home: 170, CallPage: 170, RoomPage: 190, Stage: 260, Account: 220, Admin: 220, Doctor: 170, Lost: 170 }

/** Each page with what it needs in all and what of it no other page does. */
export function weigh(dist = fileURLToPath(new URL('dist', import.meta.url))) {
  const assets = join(dist, 'assets')
  const files = readdirSync(assets).filter((name) => name.endsWith('.js'))
  const texts = new Map(files.map((name) => [name, readFileSync(join(assets, name), 'utf8')]))
  const size = new Map(files.map((name) => [name, gzipSync(texts.get(name), { level: 9 }).length / 1000]))
  /** A script with all that it imports at once. */
  const closure = (name, found = new Set()) => {
    if (found.has(name)) return found
    found.add(name)
    for (const [, other] of texts.get(name).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) if (texts.has(other)) closure(other, found)
    return found
  }
  const chunk = (start) => {
    const found = files.find((name) => name.startsWith(`${start}-`))
    if (!found) throw new Error(`there is no chunk of ${start}`)
    return found
  }
  const shared = closure(chunk('en'))
  for (const [, path] of readFileSync(join(dist, 'index.html'), 'utf8').matchAll(/src="([^"]+\.js)"/g)) closure(basename(path), shared)
  const sum = (names) => names.reduce((total, name) => total + size.get(name), 0)
  return Object.entries(PAGES).map(([page, limit]) => {
    const all = [...closure(chunk(page), new Set(shared))]
    return { page, limit, total: sum(all), own: sum(all.filter((name) => !shared.has(name))) }
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = weigh(process.argv[2] && resolve(process.argv[2]))
  for (const { page, total, limit, own } of pages) {
    console.log(`${page.padEnd(12)}${total.toFixed(1).padStart(6)} of ${limit} kB, its own ${own.toFixed(1).padStart(5)}${total > limit ? '   TOO MUCH' : ''}`)
  }
  if (pages.some(({ total, limit }) => total > limit)) process.exit(1)
}
