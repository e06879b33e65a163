// Asking again until there is an answer, over a line that may go and come.
import type { Asking, Payload, Result } from './events.ts'
import type { Line } from './line.ts'
import { pause, type Clock } from './platform.ts'
import { problemOf } from './problem.ts'

const AGAIN = 1000

/** `wanted` is asked before each try: what nobody wants any more is left. The problem that ended it is thrown. */
export async function insist<E extends Asking>(
  line: Line, clock: Clock, event: E, payload: Payload<E>, wanted: () => boolean, patience?: number,
): Promise<Result<E> | undefined> {
  for (;;) {
    if (!line.state.get().up) await lineUp(line, clock, wanted) // else at once: what is asked after it comes after it
    if (!wanted()) return undefined
    try {
      return await line.ask(event, payload, patience)
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (!problem.passing) throw problem
      await pause(clock, Math.max(AGAIN, (problem.retryAfter ?? 0) * 1000))
    }
  }
}

/** Waits for the line, as long as that is wanted. */
async function lineUp(line: Line, clock: Clock, wanted: () => boolean): Promise<void> {
  while (!line.state.get().up && wanted()) {
    await new Promise<void>((done) => {
      const stop = clock.after(AGAIN, () => (end(), done()))
      const end = line.state.watch(() => (stop(), end(), done()))
    })
  }
}
