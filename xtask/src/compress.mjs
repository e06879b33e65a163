// Copies a built web app and lays a .br and a .gz beside every text that gains by it: node compress.mjs <from> <to>
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const text = /\.(css|html|js|json|map|mjs|svg|txt|wasm|webmanifest|xml)$/
const worthwhile = 1024

const [from, to] = process.argv.slice(2)
await cp(from, to, { recursive: true })
const files = await readdir(to, { recursive: true, withFileTypes: true })
await Promise.all(
  files
    .filter((file) => file.isFile() && text.test(file.name))
    .map(async (file) => {
      const path = join(file.parentPath ?? file.path, file.name)
      const plain = await readFile(path)
      if (plain.length <= worthwhile) return
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }
      await writeFile(`${path}.br`, await promisify(brotliCompress)(plain, quality))
      await writeFile(`${path}.gz`, await promisify(gzip)(plain, { level: 9 }))
    }),
)
