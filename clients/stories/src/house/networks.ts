// Machines with a wire between them: network namespaces on one bridge, gone with the story.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Program, run } from './process.ts'
import type { House } from './story.ts'

/** The words that make namespaces: whoever is not root needs one of users around them. */
const APART = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
const ENTER = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials']

const CABLE = fileURLToPath(new URL('cable.pl', import.meta.url))

export class Machine {
  readonly name: string
  readonly address: string
  readonly #holder: Program
  readonly #bridge: Program

  constructor(name: string, address: string, holder: Program, bridge: Program) {
    this.name = name
    this.address = address
    this.#holder = holder
    this.#bridge = bridge
  }

  /** Words before a program that is to run there. */
  get before(): string[] {
    return into(this.#holder)
  }

  /** Pulls the plug, or puts it in again. */
  async plug(state: 'up' | 'down'): Promise<void> {
    await run('ip', ['link', 'set', this.name, state], { before: into(this.#bridge) })
  }

  /** Another address than before: what was connected to the old one breaks. */
  async moves(address: string): Promise<void> {
    for (const words of [['del', `${this.address}/24`], ['add', `${address}/24`]]) {
      await run('ip', ['address', ...words, 'dev', 'eth0'], { before: this.before })
    }
    await run('ip', ['route', 'add', 'default', 'via', '10.77.0.254'], { before: this.before })
  }

  /** From now on what comes and goes is late by so many milliseconds each way, and of a hundred frames so many are lost. */
  async becomePoor(house: House, delay: number, percent: number): Promise<void> {
    const [outer, inner] = [`${this.name}-wire`, `${this.name}-poor`]
    for (const words of [
      ['link', 'add', outer, 'type', 'veth', 'peer', 'name', inner],
      ['link', 'set', outer, 'master', 'wire'],
      ['link', 'set', this.name, 'nomaster'],
      ['link', 'set', outer, 'up'],
      ['link', 'set', inner, 'up'],
    ]) {
      await run('ip', words, { before: into(this.#bridge) })
    }
    const cable = new Program('perl', [CABLE, this.name, inner, String(delay), String(percent)], { before: into(this.#bridge) })
    house.later(() => cable.end('SIGKILL'))
    await cable.says('that it is in', (line) => line === 'plugged')
  }

  /** A program as a file that runs it there, for those who take a path only. */
  async program(house: House, program: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'carillon-story-'))
    house.later(() => rm(directory, { recursive: true, force: true }))
    const path = join(directory, program.split('/').at(-1) ?? program)
    await writeFile(path, `#!/bin/sh\nexec ${this.before.join(' ')} ${program} "$@"\n`)
    await chmod(path, 0o700)
    return path
  }
}

/** As many machines as names, all on one wire. */
export async function network<N extends string[]>(house: House, ...names: N): Promise<{ [K in keyof N]: Machine }> {
  const hold = async (before: string[]) => {
    const words = ['-c', 'echo here; exec sleep infinity']
    const holder = new Program('sh', words, { before: [...before, 'unshare', ...(before.length > 0 ? [] : APART), '--net'] })
    house.later(() => holder.end('SIGKILL'))
    await holder.says('that it is there', (line) => line === 'here')
    return holder
  }
  const bridge = await hold([])
  const there = (who: Program, ...words: string[]) => run('ip', words, { before: into(who) })
  await there(bridge, 'link', 'add', 'wire', 'type', 'bridge')
  await there(bridge, 'link', 'set', 'wire', 'up')
  const machines: Machine[] = []
  for (const [place, name] of names.entries()) {
    const holder = await hold(into(bridge))
    const address = `10.77.0.${place + 1}`
    await there(bridge, 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(holder.pid))
    await there(bridge, 'link', 'set', name, 'master', 'wire')
    await there(bridge, 'link', 'set', name, 'up')
    await there(holder, 'link', 'set', 'lo', 'up')
    // No IPv6 address of its own making, which would come a second later: a browser breaks off what it loads when its network changes.
    await there(holder, 'link', 'set', 'eth0', 'addrgenmode', 'none')
    await there(holder, 'address', 'add', `${address}/24`, 'dev', 'eth0')
    await there(holder, 'link', 'set', 'eth0', 'up')
    await there(holder, 'route', 'add', 'default', 'via', '10.77.0.254')
    machines.push(new Machine(name, address, holder, bridge))
  }
  return machines as { [K in keyof N]: Machine }
}

function into(holder: Program): string[] {
  return ['nsenter', '--target', String(holder.pid), ...ENTER, '--net']
}
