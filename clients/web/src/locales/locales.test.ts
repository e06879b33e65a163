// Both languages say the same things, the app says nothing else, and French is set as French is.
import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import adminEnglish from './admin.en.ts'
import adminFrench from './admin.fr.ts'
import doctorEnglish from './doctor.en.ts'
import doctorFrench from './doctor.fr.ts'
import en from './en.ts'
import fr from './fr.ts'

type Tree = { [key: string]: string | Tree }

const texts = (tree: Tree, above = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [[above + key, value]] : texts(value, `${above}${key}.`)))

const english = new Map(texts({ ...en, ...adminEnglish, ...doctorEnglish }))
const french = new Map(texts({ ...fr, ...adminFrench, ...doctorFrench }))

const source = (directory: URL): string =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((file) => file.isFile() && /\.tsx?$/.test(file.name) && !/locales$/.test(file.parentPath))
    .map((file) => readFileSync(`${file.parentPath}/${file.name}`, 'utf8'))
    .join('\n')

test('both have the same texts', () => {
  expect([...french.keys()].sort()).toEqual([...english.keys()].sort())
})

test('no text is empty, and both speak of the same things', () => {
  const named = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort()
  for (const [key, text] of english) {
    expect(text.trim(), key).not.toBe('')
    expect(named(french.get(key)!), key).toEqual(named(text))
  }
})

test('every text is used', () => {
  const code = source(new URL('..', import.meta.url))
  const whole = new Set([...code.matchAll(/'((?:\w+\.)+[\w-]+)'/g)].map(([, key]) => key!))
  // `t(`problem.${kind}`)`: any key that fits.
  const parts = [...code.matchAll(/`((?:\w+\.)+[^`\s]*\$\{[^`]*)`/g)].map(
    ([, key]) => new RegExp(`^${key!.split(/\$\{[^}]*\}/).map((part) => part.replace(/\./g, '\\.')).join('[\\w-]+')}$`),
  )
  const leftover = [...english.keys()].filter((key) => !whole.has(key) && !parts.some((part) => part.test(key)))
  expect(leftover).toEqual([])
})

test('French has its spaces, quotes and apostrophes', () => {
  for (const [key, text] of french) {
    expect(text, key).not.toMatch(/[^\u202f][;!?»](?!\w)/u)
    expect(text, key).not.toMatch(/[^\u00a0]:(?!\/\/)/u)
    expect(text, key).not.toMatch(/«[^\u202f]/u)
    expect(text, key).not.toMatch(/['"]|\.\.\./)
    expect(text, key).not.toMatch(/(?<!\p{L})(tu|ton|ta|tes|toi)(?!\p{L})/iu)
  }
})

test('English has its quotes and apostrophes', () => {
  for (const [key, text] of english) expect(text, key).not.toMatch(/['"]|\.\.\.|!/)
})
