// One HTTP request and its answer, or the problem.
import { CarillonProblem, isProblemBody, offline, unanswered } from './problem.ts'

interface Answered {
  ok: boolean
  status: number
  statusText: string
  json(): Promise<unknown>
}

export type Fetch = (url: string, init: { method: string; headers: Record<string, string>; body?: string }) => Promise<Answered>

export interface HttpOptions {
  fetch: Fetch
  /** The server; the page's own when absent. */
  url?: string
  /** For apps without the cookie. */
  token?: () => Promise<string | undefined>
}

export type Query = Record<string, string | number | undefined>

export class Http {
  readonly #options: HttpOptions

  constructor(options: HttpOptions) {
    this.#options = options
  }

  async send<T>(method: 'GET' | 'POST' | 'DELETE', path: string, { query, body }: { query?: Query; body?: object } = {}): Promise<T> {
    const { fetch, url = '', token } = this.#options
    const headers: Record<string, string> = { Accept: 'application/json' }
    const bearer = await token?.()
    if (bearer !== undefined) headers['Authorization'] = `Bearer ${bearer}`
    // The cookie asks for it, also when there is nothing to say.
    if (method !== 'GET') headers['Content-Type'] = 'application/json'
    const init = method === 'GET' ? { method, headers } : { method, headers, body: JSON.stringify(body ?? {}) }
    let answered: Answered
    try {
      answered = await fetch(`${url}${path}${search(query)}`, init)
    } catch (thrown) {
      throw method === 'GET' ? offline(String(thrown)) : unanswered(String(thrown))
    }
    const content = await answered.json().catch(() => undefined)
    if (answered.ok) return content as T
    if (isProblemBody(content)) throw new CarillonProblem(content)
    throw new CarillonProblem({ type: '/problems/broken', title: answered.statusText, status: answered.status, detail: '' })
  }
}

function search(query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}
