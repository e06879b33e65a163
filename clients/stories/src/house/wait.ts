// Waiting for what is so in the end, with the time that it took.

/** How often a condition that tells nobody is looked at. */
const LOOK = 50

/** Asks until there is an answer that is neither false nor missing; gives it, or fails with what was seen last. */
export async function until<T>(what: string, look: () => Promise<T> | T, within = 10_000): Promise<Exclude<T, false | null | undefined>> {
  const since = performance.now()
  let last: unknown
  for (;;) {
    try {
      const seen = await look()
      if (seen) return seen as Exclude<T, false | null | undefined>
      last = seen
    } catch (thrown) {
      last = thrown
    }
    if (performance.now() - since > within) throw new Error(`${what}: not within ${within} ms (last seen: ${shown(last)})`)
    await lapse(LOOK)
  }
}

/** Only where the time itself is the story: a cable that is out for five seconds, a rate over ten. */
export const lapse = (milliseconds: number) => new Promise<void>((over) => setTimeout(over, milliseconds))

/** Milliseconds that something took, and what came of it. */
export async function timed<T>(run: () => Promise<T>): Promise<[number, T]> {
  const since = performance.now()
  const done = await run()
  return [Math.round(performance.now() - since), done]
}

/** A promise with an end: what does not come fails with a sentence. */
export function within<T>(milliseconds: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what}: not within ${milliseconds} ms`)), milliseconds)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

function shown(value: unknown): string {
  if (value instanceof Error) return value.message
  return JSON.stringify(value) ?? 'nothing'
}
