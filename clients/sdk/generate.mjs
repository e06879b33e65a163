// Makes src/api.gen.ts and src/events.gen.ts of the server's published schemas; a test makes them again and compares.
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'

const docs = new URL('../../docs/api/', import.meta.url)
const HEADER = '// Made by `npm run generate -w sdk`: do not edit.\n\n'

const read = async (name) => JSON.parse(await readFile(new URL(name, docs), 'utf8'))
const types = async (schema) => HEADER + astToString(await openapiTS(schema, { defaultNonNullable: false }))

/** What the events carry stands beside the named schemas: `asks call:join`, `answers call:join`, `tells call:joined`. */
async function events() {
  const { clientToServer, serverToClient, components } = await read('events.json')
  const schemas = { ...components.schemas }
  for (const [event, { payload, result }] of Object.entries(clientToServer)) {
    schemas[`asks ${event}`] = payload
    if (result) schemas[`answers ${event}`] = result
  }
  for (const [event, { payload }] of Object.entries(serverToClient)) schemas[`tells ${event}`] = payload
  return { openapi: '3.1.0', info: { title: 'events', version: '1' }, paths: {}, components: { schemas } }
}

/** By file, relative to here. */
export const generated = async () => ({
  'src/api.gen.ts': await types(await read('openapi.json')),
  'src/events.gen.ts': await types(await events()),
})

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const [file, text] of Object.entries(await generated())) await writeFile(new URL(file, import.meta.url), text)
}
