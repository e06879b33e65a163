// One story: what it starts ends with it, and when it fails one sees what the server said and what the screens showed.
import { test } from 'node:test'

import { ENGINES, type Engine } from './database.ts'
import { administrator, invited, type Person } from './people.ts'
import type { Line, LineOptions } from './line.ts'
import { Server, type ServerOptions } from './server.ts'
import { within } from './wait.ts'

/** How long one story may last. */
const PATIENCE = 60_000
/** How long what it left may take to be looked at and put away. */
const CLOSING = 30_000

export interface Peopled<N extends readonly string[]> {
  server: Server
  admin: Person
  people: { -readonly [K in keyof N]: Person }
}

export class House {
  readonly engine: Engine
  readonly name: string
  readonly #ends: (() => unknown)[] = []
  readonly #witnesses: (() => unknown)[] = []

  constructor(name: string, engine: Engine) {
    this.name = name
    this.engine = engine
  }

  /** Done at the end, the last first. */
  later(end: () => unknown): void {
    this.#ends.push(end)
  }

  /** Done at the end of a story that failed. */
  witness(look: () => unknown): void {
    this.#witnesses.push(look)
  }

  async server(options: ServerOptions = {}): Promise<Server> {
    const server = await Server.start({ engine: this.engine, ...options })
    this.later(() => server.stop())
    this.witness(() => console.error(`the server said:\n${server.said.join('\n')}`))
    return server
  }

  /** A server, its administrator, and those of these names. */
  async people<const N extends readonly string[]>(names: N, options: ServerOptions = {}): Promise<Peopled<N>> {
    const server = await this.server(options)
    const admin = await administrator(server)
    const people: Person[] = []
    for (const name of names) people.push(await invited(admin, name))
    return { server, admin, people: people as Peopled<N>['people'] }
  }

  async line(person: Person, options?: LineOptions): Promise<Line> {
    const line = await person.line(options)
    this.later(() => line.close())
    return line
  }

  /** A measured figure, for whoever reads the run. */
  tell(what: string, figure: string | number): void {
    console.log(`   ${what}: ${figure}`)
  }

  async close(failed: boolean): Promise<void> {
    if (failed) for (const look of this.#witnesses) await Promise.resolve(look()).catch(() => {})
    for (const end of this.#ends.reverse()) await end()
  }
}

interface StoryOptions {
  engine?: Engine
  /** Milliseconds. */
  patience?: number
}

export function story(name: string, tell: (house: House) => Promise<void>, { engine = 'SQLite', patience = PATIENCE }: StoryOptions = {}): void {
  test(name, { timeout: patience + CLOSING }, async () => {
    const house = new House(name, engine)
    let failed = true
    try {
      await within(patience, name, tell(house))
      failed = false
    } finally {
      await house.close(failed)
    }
  })
}

/** The same story on each engine. */
export function everywhere(name: string, tell: (house: House) => Promise<void>, options: Omit<StoryOptions, 'engine'> = {}): void {
  for (const engine of ENGINES) story(`${name} (${engine})`, tell, { ...options, engine })
}
