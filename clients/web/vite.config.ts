// The build: one chunk a page, no inline script or style (the server's Content-Security-Policy allows none).
import optimizeLocales from '@react-aria/optimize-locales-plugin'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm run dev` finds a running server. */
const server = process.env['CARILLON_SERVER'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [{ ...optimizeLocales.vite({ locales: ['en-US', 'fr-FR'] }), enforce: 'pre' }, react()],
  build: {
    // The first that know `light-dark()`.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': server,
      '/webrtc': server,
      '/socket.io': { target: server, ws: true },
    },
  },
})
