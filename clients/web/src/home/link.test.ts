// What may stand in the field that opens rooms.
import { expect, test } from 'vitest'
import { pathOf } from './link.ts'

const path = (text: string) => pathOf(text, 'https://bells.example')

test('an address leads to its room, with or without its beginning', () => {
  expect(path(' https://bells.example/r/3yGk-aB_9x ')).toBe('/r/3yGk-aB_9x')
  expect(path('bells.example/r/3yGk-aB_9x/')).toBe('/r/3yGk-aB_9x')
  expect(path('/r/3yGk-aB_9x')).toBe('/r/3yGk-aB_9x')
  expect(path('https://bells.example/rooms/0199/call')).toBe('/rooms/0199/call')
})

test('its last part is enough', () => expect(path('3yGk-aB_9x')).toBe('/r/3yGk-aB_9x'))

test('another server, and what is no link, are told apart', () => {
  expect(path('https://other.example/r/3yGk-aB_9x')).toBe('elsewhere')
  for (const text of ['', 'hello', 'good morning all', 'https://bells.example/', 'https://', '/account']) expect(path(text)).toBeUndefined()
})
