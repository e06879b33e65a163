// The secret behind `#` in a link. It is taken out of the address, so that it stays in no history.

let taken: { path: string; token: string } | undefined

export function takeToken(): string {
  const token = decodeURIComponent(location.hash.slice(1))
  if (token) {
    taken = { path: location.pathname, token }
    history.replaceState(history.state, '', location.pathname)
  }
  return taken?.path === location.pathname ? taken.token : ''
}
