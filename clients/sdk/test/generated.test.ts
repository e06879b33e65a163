import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { generated } from '../generate.mjs'
import type { components } from '../src/events.gen.ts'
import type { Asking, Payload, Result } from '../src/events.ts'

it('the types are those of the published schemas', async () => {
  for (const [file, text] of Object.entries(await generated())) {
    const committed = await readFile(new URL(`../${file}`, import.meta.url), 'utf8')
    expect(committed === text, `${file} is out of date: \`npm run generate -w sdk\``).toBe(true)
  }
})

// What stands in events.ts by hand is what the server takes and answers: these are judged by the compiler.
type Schemas = components['schemas']
type Published = { [K in keyof Schemas]: K extends `${infer E} payload` ? E : never }[keyof Schemas]
type Unknown = Exclude<Published, Asking>
type Refused = { [E in Published & Asking]: Payload<E> extends Schemas[`${E} payload`] ? never : E }[Published & Asking]
type Unlike = { [E in Published & Asking]: Schemas[`${E} result`] extends Result<E> ? never : E }[Published & Asking]
const nothing: [Unknown, Refused, Unlike] extends [never, never, never] ? true : never = true

it('the events are those that the server publishes', () => expect(nothing).toBe(true))
