// HTTP by the generated paths: one request and its answer, or the problem.
import createClient from 'openapi-fetch'
import type { paths } from './api.gen.ts'
import { CarillonProblem, isProblemBody, offline, unanswered } from './problem.ts'

interface Answered {
  ok: boolean
  status: number
  statusText: string
  headers: { get(name: string): string | null }
  text(): Promise<string>
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

export type Http = ReturnType<typeof createClient<paths>>

/** What the platform's fetch is given. */
class Sent {
  readonly url: string
  readonly method: string
  readonly body: string | undefined

  constructor(url: string, { method, body }: { method: string; body?: string }) {
    this.url = url
    this.method = method
    this.body = body
  }
}

export function http({ fetch, url = '', token }: HttpOptions): Http {
  return createClient<paths>({
    baseUrl: url,
    Request: Sent as never,
    fetch: (async ({ url, method, body }: Sent): Promise<Answered> => {
      const reads = method === 'GET'
      const bearer = await token?.()
      const headers = {
        Accept: 'application/json',
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
        // The cookie asks for it, also when there is nothing to say.
        ...(!reads && { 'Content-Type': 'application/json' }),
      }
      try {
        return await fetch(url, { method, headers, ...(!reads && { body: body ?? '{}' }) })
      } catch (thrown) {
        throw reads ? offline(String(thrown)) : unanswered(String(thrown))
      }
    }) as never,
  })
}

/** The answer itself, or the problem thrown. */
export async function answerOf<T>(asked: Promise<{ data?: T; error?: unknown; response: { ok: boolean; status: number; statusText: string } }>): Promise<T> {
  const { data, error, response } = await asked
  if (response.ok) return data as T
  if (isProblemBody(error)) throw new CarillonProblem(error)
  throw new CarillonProblem({ type: '/problems/broken', title: response.statusText, status: response.status, detail: '' })
}
