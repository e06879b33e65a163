import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { browserPlatform, browserStores } from './index.ts'

afterEach(() => vi.unstubAllGlobals())

describe('a browser’s time', () => {
  it('goes on when the clock is set back', () => {
    let clock = 5_000_000
    vi.stubGlobal('Date', { now: () => clock })
    const { now } = browserPlatform()
    clock += 1000
    expect(now()).toBe(5_001_000)
    clock -= 3_600_000
    expect(now()).toBe(5_001_000)
    clock += 2000
    expect(now()).toBe(5_003_000)
  })
})

describe('a browser’s stores', () => {
  let stored: Map<string, string>
  let hide: () => void

  /** A page whose storage holds this. */
  function page(holding: Map<string, string>) {
    stored = new Map(holding)
    const storage = {
      get length() {
        return stored.size
      },
      key: (at: number) => [...stored.keys()][at] ?? null,
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, text: string) => void stored.set(key, text),
      removeItem: (key: string) => void stored.delete(key),
    }
    vi.stubGlobal('sessionStorage', storage)
    vi.stubGlobal('localStorage', storage)
    return browserStores('test:').window
  }
  beforeEach(() => vi.stubGlobal('addEventListener', (_: 'pagehide', run: () => void) => void (hide = run)))

  it('keep what is the window’s over a reload, and from a tab that is a copy of it', () => {
    const window = page(new Map([['of another', 'kept']]))
    window.set('call', 'c')
    expect(page(stored).get('call'), 'a copy').toBeUndefined()

    const first = page(new Map())
    first.set('call', 'c')
    first.set('other', 'o')
    first.set('other')
    hide()
    const again = page(stored)
    expect([again.get('call'), again.keys()]).toEqual(['c', ['call']])
    expect(page(stored).get('call'), 'a copy of the page that was loaded anew').toBeUndefined()
  })
})
