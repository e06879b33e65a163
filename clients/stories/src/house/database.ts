// A database for one server: a file in its own directory, or a fresh PostgreSQL database.
import { randomUUID } from 'node:crypto'

import { run } from './process.ts'

export type Engine = 'SQLite' | 'PostgreSQL'
export const ENGINES: Engine[] = ['SQLite', 'PostgreSQL']

export interface Database {
  /** What the server is told; nothing for the file that it makes by itself. */
  url?: string
  drop(): Promise<void>
}

export async function fresh(engine: Engine): Promise<Database> {
  if (engine === 'SQLite') return { drop: async () => {} }
  const server = process.env['CARILLON_TEST_POSTGRES']
  if (!server) throw new Error('CARILLON_TEST_POSTGRES must name a PostgreSQL for tests: `cargo xtask postgres` starts one')
  const name = `stories_${randomUUID().replaceAll('-', '')}`
  const say = (statement: string) => run('psql', ['--no-psqlrc', '--quiet', '--dbname', server, '--command', statement])
  await say(`CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: async () => void (await say(`DROP DATABASE ${name} WITH (FORCE)`)) }
}
