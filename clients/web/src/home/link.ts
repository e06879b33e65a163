// A room's link as people hand it on: the address, or its last part.

const CODE = /^[A-Za-z0-9_-]{6,128}$/
const WEB = /^https?:\/\//i

/** Where it leads in this app; `elsewhere`: on another server; `undefined`: it is no link. */
export function pathOf(text: string, origin: string): string | 'elsewhere' | undefined {
  const said = text.trim()
  if (!WEB.test(said) && !said.includes('/')) return CODE.test(said) ? `/r/${said}` : undefined
  // An address that came without its beginning.
  const address = URL.parse(WEB.test(said) ? said : said.startsWith('/') ? origin + said : `${new URL(origin).protocol}//${said}`)
  const path = address && /^\/(r|rooms)\/[A-Za-z0-9_-]+(\/call)?\/?$/.test(address.pathname) ? address.pathname.replace(/\/$/, '') : undefined
  if (!path) return undefined
  return address!.host === new URL(origin).host ? path : 'elsewhere'
}
