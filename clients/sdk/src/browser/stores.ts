// A browser's storage. Where it is refused (private windows, settings) it lasts as long as the page.
import type { Store, Stores } from '../platform.ts'

export function browserStores(prefix = 'carillon:'): Stores {
  return { lasting: storeOf(() => localStorage, prefix), window: reloaded(storeOf(() => sessionStorage, prefix)) }
}

/** Stored from the page's end to its reload only: a duplicated tab begins with a copy of what is stored, and is not this window. */
function reloaded(stored: Store): Store {
  const page = new Map(stored.keys().map((key) => [key, stored.get(key)!]))
  for (const key of page.keys()) stored.set(key)
  addEventListener('pagehide', () => page.forEach((text, key) => stored.set(key, text)))
  return {
    get: (key) => page.get(key),
    set: (key, text) => void (text === undefined ? page.delete(key) : page.set(key, text)),
    keys: () => [...page.keys()],
  }
}

function storeOf(open: () => Storage, prefix: string): Store {
  const page = new Map<string, string>()
  let storage: Storage | undefined
  try {
    storage = open()
  } catch {
    // refused: the page's own
  }
  return {
    get: (key) => page.get(key) ?? storage?.getItem(prefix + key) ?? undefined,
    set(key, text) {
      page.delete(key)
      try {
        if (text === undefined) storage?.removeItem(prefix + key)
        else if (storage) storage.setItem(prefix + key, text)
        else page.set(key, text)
      } catch {
        if (text !== undefined) page.set(key, text) // full
      }
    },
    keys() {
      const stored = storage ? Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '') : []
      return [...new Set([...page.keys(), ...stored.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))])]
    },
  }
}
