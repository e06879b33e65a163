import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { generated } from '../generate.mjs'
import type { components } from '../src/events.gen.ts'
import type { Asking, Payload, Pushes, Result } from '../src/events.ts'

it('the types are those of the published schemas', async () => {
  for (const [file, text] of Object.entries(await generated())) {
    const committed = await readFile(new URL(`../${file}`, import.meta.url), 'utf8')
    expect(committed === text, `${file} is out of date: \`npm run generate -w sdk\``).toBe(true)
  }
})

// What stands in events.ts by hand is what the server takes, answers and tells: the compiler judges.
type Schemas = components['schemas']
type Named<W extends string> = { [K in keyof Schemas]: K extends `${W} ${infer E}` ? E : never }[keyof Schemas]
/** Bodies by kind are said in the guide only. */
type Plain<T> = T extends { kind: unknown; body: unknown } ? Omit<T, 'kind' | 'body'> : T extends object ? { [K in keyof T]: Plain<T[K]> } : T

const asked: Named<'asks'> extends Asking ? (Asking extends Named<'asks'> ? true : never) : never = true
const told: Named<'tells'> extends keyof Pushes ? (keyof Pushes extends Named<'tells'> ? true : never) : never = true
/** Said by its `type` in the guide. */
type Open = 'call:signal'
type Refused = { [E in Exclude<Asking, Open>]: Payload<E> extends Schemas[`asks ${E}`] ? never : E }[Exclude<Asking, Open>]
type Answered = Asking & Named<'answers'>
type Unlike = { [E in Answered]: Plain<Schemas[`answers ${E}`]> extends Plain<Result<E>> ? never : E }[Answered]
type Untold = { [E in Exclude<keyof Pushes, Open>]: Plain<Schemas[`tells ${E}`]> extends Plain<Pushes[E]> ? never : E }[Exclude<keyof Pushes, Open>]
const alike: [Refused, Unlike, Untold] extends [never, never, never] ? true : [Refused, Unlike, Untold] = true

it('the events are those that the server publishes', () => expect([asked, told, alike]).toEqual([true, true, true]))
