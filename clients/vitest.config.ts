// Every test of the clients that needs no browser.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['*/src/**/*.test.{ts,tsx}', '*/test/**/*.test.{ts,tsx}'], testTimeout: 120_000 },
})
