// What went wrong, in the words of RFC 9457, the same from every way in.

export type ProblemKind =
  | 'invalid' | 'unauthenticated' | 'refused' | 'missing' | 'conflict' | 'gone' | 'too-large'
  | 'unsupported' | 'flooding' | 'broken' | 'again' | 'unknown'
  /** The server was not reached: nothing was changed. */
  | 'offline'

/** Names that problems have of their own within their kind, where an app says more than the kind does. There are others. */
export type ProblemName =
  | 'account-closed' | 'direct-call-full' | 'invitation-expired' | 'invitation-revoked' | 'invitation-used' | 'last-admin' | 'last-owner'
  | 'room-full' | 'too-many-rooms'

/** The problem as the server writes it. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  retryAfter?: number
}

const byStatus: Record<number, ProblemKind> = {
  400: 'invalid', 401: 'unauthenticated', 403: 'refused', 404: 'missing', 409: 'conflict', 410: 'gone', 413: 'too-large',
  415: 'unsupported', 429: 'flooding', 500: 'broken', 503: 'again',
}

export class CarillonProblem extends Error {
  override readonly name = 'CarillonProblem'
  readonly kind: ProblemKind
  /** The last part of its type: the kind, or a name of its own such as `direct-call-full`. */
  readonly word: ProblemName | (string & {})
  readonly status: number
  readonly detail: string
  /** Seconds to wait before asking again. */
  readonly retryAfter: number | undefined

  constructor(body: ProblemBody) {
    super(body.detail || body.title)
    this.word = body.type.slice(body.type.lastIndexOf('/') + 1)
    this.kind = this.word === 'unknown' ? 'unknown' : this.word === 'offline' ? 'offline' : (byStatus[body.status] ?? 'broken')
    this.status = body.status
    this.detail = body.detail
    this.retryAfter = body.retryAfter
  }

  /** Worth asking again with the same request id: it was not done, or nobody knows. */
  get passing(): boolean {
    return this.kind === 'again' || this.kind === 'unknown' || this.kind === 'offline' || this.kind === 'flooding'
  }
}

const made = (word: string, title: string, status: number) => (detail = '') =>
  new CarillonProblem({ type: `/problems/${word}`, title, status, detail })

export const offline = made('offline', 'The server was not reached', 0)
export const unanswered = made('unknown', 'Not known whether it was done', 503)

/** Whatever was thrown, as a problem. */
export function problemOf(thrown: unknown): CarillonProblem {
  if (thrown instanceof CarillonProblem) return thrown
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return new CarillonProblem({ type: '/problems/broken', title: 'Something broke', status: 500, detail })
}

export function isProblemBody(value: unknown): value is ProblemBody {
  const body = value as Partial<ProblemBody> | null
  return typeof body === 'object' && body !== null && typeof body.type === 'string' && typeof body.status === 'number'
}

/** A problem that came as text: what a refused connection says. */
export function problemIn(text: string): CarillonProblem | undefined {
  try {
    const body: unknown = JSON.parse(text)
    return isProblemBody(body) ? new CarillonProblem(body) : undefined
  } catch {
    return undefined
  }
}
