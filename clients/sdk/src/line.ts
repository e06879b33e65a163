// The line to the server as rooms and calls see it: whether it is up, asking, and being told.
import type { Asking, Payload, Pushes, Result } from './events.ts'
import type { Observable } from './observable.ts'
import type { CarillonProblem } from './problem.ts'

export interface LinkState {
  up: boolean
  /** When that began. */
  since: number
  /** The server does not know us any more: sign in again. */
  ended?: CarillonProblem
}

export interface Line {
  readonly state: Pick<Observable<LinkState>, 'get' | 'watch'>
  /** Asks, and waits for the answer, at most `patience` milliseconds. Nothing is kept for later: when the line is down this fails at once. */
  ask<E extends Asking>(event: E, payload: Payload<E>, patience?: number): Promise<Result<E>>
  /** Runs at each push; the answer ends that. */
  on<E extends keyof Pushes>(event: E, listener: (push: Pushes[E]) => void): () => void
  /** Something that should have been answered was not: begins the connection anew, rather than wait until the silence is long enough. */
  doubt(): void
}
