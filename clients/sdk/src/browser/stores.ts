// A browser's storage. Where it is refused (private windows, settings) it lasts as long as the page.
import type { Store, Stores } from '../platform.ts'

export function browserStores(prefix = 'carillon:'): Stores {
  return { lasting: storeOf(() => localStorage, prefix), window: storeOf(() => sessionStorage, prefix) }
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
