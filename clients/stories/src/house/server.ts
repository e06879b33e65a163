// The real server: the built program, in a directory of its own, killed and started anew as the story asks.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { fresh, type Database, type Engine } from './database.ts'
import { Program, run } from './process.ts'

const PROGRAM = resolve(process.env['CARILLON_BIN'] ?? '../../target/debug/carillon')

/** A command of the program, without a server: what it prints. */
export const command = (words: string[], env: Record<string, string> = {}) => run(PROGRAM, words, { env })

export interface ServerOptions {
  engine?: Engine
  /** Further words after `serve`. */
  words?: string[]
  env?: Record<string, string>
  /** Words that enter the network in which it runs. */
  before?: string[]
  /** The address of its door; loopback unless said. */
  host?: string
}

/** What the server says when it serves. */
interface Ready {
  url: string
  operator: string
  stun: string
  adminLink: string
  adminLinkFile: string
}

export class Server {
  readonly directory: string
  readonly #options: ServerOptions
  readonly #database: Database
  #program: Program | undefined
  #ready: Ready | undefined

  private constructor(directory: string, database: Database, options: ServerOptions) {
    this.directory = directory
    this.#database = database
    this.#options = options
  }

  static async start(options: ServerOptions = {}): Promise<Server> {
    const directory = await mkdtemp(join(tmpdir(), 'carillon-story-'))
    const server = new Server(directory, await fresh(options.engine ?? 'SQLite'), options)
    try {
      await server.again()
    } catch (thrown) {
      await server.stop()
      throw thrown
    }
    return server
  }

  get pid(): number {
    return this.#running.pid
  }

  /** The address that people type, without a slash at its end. */
  get url(): string {
    return this.ready.url
  }

  get ready(): Ready {
    if (!this.#ready) throw new Error('the server does not serve')
    return this.#ready
  }

  /** Where its data lies. */
  get data(): string {
    return join(this.directory, 'data')
  }

  /** What it printed last. */
  get said(): string[] {
    return this.#program?.output ?? []
  }

  /** As if the power went: SIGKILL, and nothing is finished. */
  kill(): Promise<void> {
    return this.#running.end('SIGKILL')
  }

  /** Serves: the first time at ports that are free, then with the same data at the same place. */
  async again(): Promise<void> {
    const { words = [], before, host = '127.0.0.1', env } = this.#options
    const { url = `http://${host}:0`, operator = 'http://127.0.0.1:0', stun = `${host}:0` } = this.#ready ?? {}
    const doors = ['--listen', at(url), '--operator', at(operator), '--set', `media.stun_listen=${stun}`]
    this.#program = new Program(PROGRAM, ['serve', '--json', ...this.#place, ...doors, ...words], {
      directory: this.directory,
      ...(env && { env }),
      ...(before && { before }),
    })
    this.#ready = await this.#program.says('that it serves', (line) => line.startsWith('{"url":') && (JSON.parse(line) as Ready))
  }

  async stop(): Promise<void> {
    if (this.#program?.running) await this.#program.end('SIGTERM').catch(() => this.#program?.end('SIGKILL'))
    await this.#database.drop()
    await rm(this.directory, { recursive: true, force: true })
  }

  /** Another command of the program, over the same data: what it prints. */
  command(...words: string[]): Promise<string> {
    return run(PROGRAM, [...words, ...this.#place], { directory: this.directory })
  }

  /** Resident memory, in KiB. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1])
  }

  get #running(): Program {
    if (!this.#program) throw new Error('the server does not run')
    return this.#program
  }

  /** The words that say which data. */
  get #place(): string[] {
    const { url } = this.#database
    return ['--data', this.data, ...(url ? ['--database', url] : [])]
  }
}

const at = (url: string) => new URL(url).host
