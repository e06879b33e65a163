// The examples of the protocol's pages, served as these say, as they stand there: nothing but addresses is changed.
import { once } from 'node:events'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { Program } from './process.ts'
import type { House } from './story.ts'
import { until } from './wait.ts'

/** REST signalling: `page.py` serves `call.html` and passes on what belongs to the server. */
export async function restExample(house: House, server: string): Promise<string> {
  const [page, port] = [await read('rest-signalling.md', server), await freePort()]
  const directory = await put(house, { 'call.html': page('html'), 'page.py': page('python').replace('8000', String(port)) })
  return served(house, directory, ['page.py'], port)
}

/** Socket.IO: Python's own server of files, and the library beside the page. */
export async function socketExample(house: House, server: string): Promise<string> {
  const [page, port] = [await read('socket.md', server), await freePort()]
  const directory = await put(house, { 'call.html': page('html') })
  const library = join(dirname(createRequire(import.meta.url).resolve('socket.io-client/package.json')), 'dist/socket.io.min.js')
  await copyFile(library, join(directory, 'socket.io.min.js'))
  return served(house, directory, ['-m', 'http.server', String(port), '--bind', '127.0.0.1'], port)
}

/** The one block in this language of a page. */
async function read(page: string, server: string): Promise<(language: string) => string> {
  const text = await readFile(new URL(`../../../../docs/protocol/${page}`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
  return (language) => {
    const [block, ...others] = blocks.filter(([, of]) => of === language)
    if (!block?.[2] || others.length > 0) throw new Error(`${page} has not one example in ${language}`)
    return block[2].replaceAll('http://127.0.0.1:8080', server)
  }
}

async function put(house: House, files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'carillon-story-'))
  house.later(() => rm(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return directory
}

async function served(house: House, directory: string, words: string[], port: number): Promise<string> {
  const program = new Program('python3', words, { directory })
  house.later(() => program.end('SIGKILL'))
  house.witness(() => console.error(`Python said:\n${program.output.slice(-20).join('\n')}`))
  const url = `http://127.0.0.1:${port}/call.html`
  await until('the page is served', async () => (await fetch(url)).ok)
  return url
}

/** A TCP port that nobody has now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
