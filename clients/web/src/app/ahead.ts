// Fetches the page that is asked for while it is still being found out who asks.
import { session } from './carillon.ts'
import { read, write } from './tastes.ts'

const pages: [RegExp, () => Promise<unknown>][] = [
  [/^\/$/, () => import('../home/Home.tsx')],
  [/^\/rooms\/[^/]+$/, () => import('../room/RoomPage.tsx')],
  [/^\/rooms\/[^/]+\/call$/, () => import('../call/CallPage.tsx')],
]

export function ahead(path: string): void {
  const page = pages.find(([address]) => address.test(path))?.[1]
  const likely = page && !read('known', false) ? () => import('../entry/SignIn.tsx') : page
  // Whatever does not come is asked for again by whoever shows it.
  void likely?.().catch(() => {})
  session.state.watch(() => {
    const { kind } = session.state.get()
    if (kind !== 'asking') write('known', kind === 'in' || undefined)
  })
}
