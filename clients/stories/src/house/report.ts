// The figures of a measurement: a table for whoever reads the run, and a file of the same, as `benches/` has them.
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const DIRECTORY = resolve(process.env['CARILLON_BENCH_DIR'] ?? '../../target/bench')

export class Report {
  readonly #name: string
  readonly #figures: Record<string, { value: number; unit: string }> = {}

  constructor(name: string) {
    this.#name = name
    console.log(`\n${name}`)
  }

  say(what: string, value: number, unit: string): void {
    console.log(`  ${what.padEnd(64)}${value.toFixed(Math.abs(value) >= 100 ? 0 : 2).padStart(12)} ${unit}`)
    this.#figures[what] = { value, unit }
  }

  async write(): Promise<void> {
    await mkdir(DIRECTORY, { recursive: true })
    const path = join(DIRECTORY, `${this.#name}.json`)
    await writeFile(path, `${JSON.stringify(this.#figures, null, 2)}\n`)
    console.log(`  written to ${path}`)
  }
}

/** The value below which this share of them lies. */
export function at(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? NaN
}
