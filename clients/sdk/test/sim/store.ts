// A store that lasts as long as the test.
import type { Store } from '../../src/platform.ts'

export class SimStore implements Store {
  readonly #texts = new Map<string, string>()
  readonly get = (key: string) => this.#texts.get(key)
  readonly keys = () => [...this.#texts.keys()]

  set(key: string, text?: string): void {
    if (text === undefined) this.#texts.delete(key)
    else this.#texts.set(key, text)
  }
}
