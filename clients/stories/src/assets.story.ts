// The app's files, as a cache between server and browser sees them.
import assert from 'node:assert/strict'

import { story } from './house/story.ts'

const FILE = /[\w.-]+-[\w-]{8}\.(?:js|css|woff2)/g

story('every file of the app may be kept for ever, for its name changes with its content, and texts come compressed', async (house) => {
  const { url } = await house.server()
  const get = (path: string, headers: Record<string, string>) => fetch(`${url}${path}`, { headers })
  const app = await get('/', { 'Accept-Encoding': 'br' })
  assert.equal(app.headers.get('cache-control'), 'no-cache')
  const again = await get('/', { 'If-None-Match': app.headers.get('etag') ?? '' })
  assert.equal(again.status, 304)

  const html = await app.text()
  for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) assert.match(path ?? '', /^\/(assets\/[\w.-]+-[\w-]{8}\.\w+|bell\.svg)$/)
  const found = new Set(html.match(FILE))
  for (const name of found) {
    const as = (coding: string) => get(`/assets/${name}`, { 'Accept-Encoding': coding })
    const [brotli, gzip, plain] = await Promise.all([as('br'), as('gzip'), as('identity')])
    const body = await plain.arrayBuffer()
    for (const one of [brotli, gzip, plain]) {
      assert.equal(one.status, 200, name)
      assert.equal(one.headers.get('cache-control'), 'public, max-age=31536000, immutable', name)
      assert.equal(one.headers.get('vary'), 'accept-encoding', name)
      assert.equal(one.headers.get('etag'), plain.headers.get('etag'), name)
    }
    const worth = body.byteLength > 1024 && !name.endsWith('.woff2')
    assert.equal(brotli.headers.get('content-encoding'), worth ? 'br' : null, name)
    assert.equal(gzip.headers.get('content-encoding'), worth ? 'gzip' : null, name)
    assert.equal(plain.headers.get('content-encoding'), null, name)
    for (const other of new TextDecoder().decode(body).match(FILE) ?? []) found.add(other)
  }
  house.tell('files of the app', found.size)
  assert.ok(found.size > 20)
})
