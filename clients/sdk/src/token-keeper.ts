// For apps without the cookie: keeps the refresh token, and has a fresh access token whenever one is asked for.
import { answerOf, http, type Http, type HttpOptions } from './http.ts'
import type { Clock, Store } from './platform.ts'
import { problemOf } from './problem.ts'
import type { Tokens } from './wire.ts'

const KEY = 'tokens'
/** Of its five minutes, how long an access token is presented: from its coming, since this device's clock need not be the server's. */
const FRESH = 270_000

type Kept = Tokens & { keptAt: number }

export class TokenKeeper {
  readonly #http: Http
  readonly #store: Store
  readonly #clock: Clock
  #renewing: Promise<string | undefined> | undefined

  constructor(options: Pick<HttpOptions, 'fetch' | 'url'>, store: Store, clock: Clock) {
    this.#http = http(options)
    this.#store = store
    this.#clock = clock
  }

  keep(tokens: Tokens): void {
    this.#store.set(KEY, JSON.stringify({ ...tokens, keptAt: this.#clock.now() } satisfies Kept))
  }

  forget(): void {
    this.#store.set(KEY)
  }

  /** Nothing when nobody is signed in. */
  readonly fresh = async (): Promise<string | undefined> => {
    const kept = this.#store.get(KEY)
    if (kept === undefined) return undefined
    const { accessToken, refreshToken, keptAt } = JSON.parse(kept) as Kept
    const age = this.#clock.now() - keptAt
    if (age >= 0 && age < FRESH) return accessToken
    // A refresh token is good for one use: whoever asks meanwhile waits for the same answer.
    this.#renewing ??= this.#renew(refreshToken).finally(() => (this.#renewing = undefined))
    return this.#renewing
  }

  async #renew(refreshToken: string): Promise<string | undefined> {
    try {
      const tokens = await answerOf(this.#http.POST('/api/v1/token', { body: { refreshToken } }))
      this.keep(tokens)
      return tokens.accessToken
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (problem.kind === 'unauthenticated') this.forget()
      throw problem
    }
  }
}
