// The build: one chunk for what every page needs and one a page, no inline script or style (the server's Content-Security-Policy allows none).
import { fileURLToPath } from 'node:url'
import optimizeLocales from '@react-aria/optimize-locales-plugin'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm run dev` finds a running server. */
const server = process.env['CARILLON_SERVER'] ?? 'http://127.0.0.1:8080'

const entry = fileURLToPath(new URL('src/main.tsx', import.meta.url))

/** What the page imports before it shows anything: in one file, for each costs a way to the server and back. */
const atOnce = new Set<string>()

const groups = [
  { name: 'app', test: (id: string) => atOnce.has(id), priority: 1 },
  // So small each that asking for them takes longer than their coming.
  { name: 'shared', test: /web.src.(ui|app|home|room|entry|shell).(?!Window)|tanstack|(Text|Autocomplete|Input|TextField|Label|FieldError|Form)\.m?js/, minShareCount: 4 },
]

export default defineConfig({
  plugins: [
    { ...optimizeLocales.vite({ locales: ['en-US', 'fr-FR'] }), enforce: 'pre' },
    react(),
    {
      name: 'at-once',
      buildEnd() {
        const walk = (id: string) => {
          if (atOnce.has(id)) return
          atOnce.add(id)
          this.getModuleInfo(id)?.importedIds.forEach(walk)
        }
        walk(entry)
      },
    },
  ],
  build: {
    // The first that know `light-dark()`.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups } } },
  },
  server: {
    proxy: {
      '/api': server,
      '/webrtc': server,
      '/socket.io': { target: server, ws: true },
    },
  },
})
