// Other programs: none outlives its story, and what they said is kept for the case that it fails.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

import { within } from './wait.ts'

/** What is kept of a program's output: the last of it. */
const KEPT = 400

export interface ProgramOptions {
  env?: Record<string, string>
  directory?: string
  /** Words before the program, such as those that enter a network. */
  before?: string[]
}

export class Program {
  readonly name: string
  readonly child: ChildProcess
  readonly output: string[] = []
  readonly #listeners = new Set<(line: string) => void>()
  readonly #ended: Promise<unknown>

  constructor(program: string, words: string[], { env = {}, directory, before = [] }: ProgramOptions = {}) {
    this.name = program.split('/').at(-1) ?? program
    // The kernel ends it when we are killed; the process that runs is the program itself.
    const all = [...before, program, ...words]
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', ...all], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(directory && { cwd: directory }),
    })
    this.#ended = once(this.child, 'close').catch(() => undefined)
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface(stream).on('line', (line) => this.#take(line))
    }
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} did not start`)
    return this.child.pid
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  /** The first line that says so, past ones included. */
  says<T>(what: string, of: (line: string) => T | undefined | null | false, milliseconds = 15_000): Promise<T> {
    let listener: (line: string) => void
    const said = new Promise<T>((found, fail) => {
      listener = (line) => {
        const seen = of(line)
        if (seen) found(seen)
      }
      this.output.forEach(listener)
      this.#listeners.add(listener)
      void this.#ended.then(() => fail(new Error(`${this.name} ended before it said ${what}:\n${this.output.join('\n')}`)))
    })
    return within(milliseconds, `${this.name} says ${what}`, said)
      .catch((thrown: Error) => {
        throw new Error(`${thrown.message}\n${this.output.join('\n')}`)
      })
      .finally(() => this.#listeners.delete(listener))
  }

  /** Ends it by a signal and waits until it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.running) this.child.kill(signal)
    await within(20_000, `${this.name} ends after ${signal}`, this.#ended)
  }

  #take(line: string): void {
    this.output.push(line)
    if (this.output.length > KEPT) this.output.shift()
    for (const listener of this.#listeners) listener(line)
  }
}

/** Runs a program to its end: what it printed, or a failure with that. */
export async function run(program: string, words: string[], options: ProgramOptions = {}): Promise<string> {
  const running = new Program(program, words, options)
  const [code] = (await once(running.child, 'close')) as [number | null]
  const output = running.output.join('\n')
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}:\n${output}`)
  return output
}
