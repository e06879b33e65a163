// The language of the app: the account's, else the one chosen in this browser, else the browser's own.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { AdminWords } from '../locales/admin.en.ts'
import type { DoctorWords } from '../locales/doctor.en.ts'
import type { Words } from '../locales/en.ts'
import { read, write } from './tastes.ts'

export type Language = 'en' | 'fr'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Words & AdminWords & DoctorWords }
  }
}

/** What few pages say comes with the first of them. */
const parts = {
  app: { en: () => import('../locales/en.ts'), fr: () => import('../locales/fr.ts') },
  admin: { en: () => import('../locales/admin.en.ts'), fr: () => import('../locales/admin.fr.ts') },
  doctor: { en: () => import('../locales/doctor.en.ts'), fr: () => import('../locales/doctor.fr.ts') },
}
type Part = keyof typeof parts
const needed = new Set<Part>(['app'])
const known = new Set<string>()

export const languageNow = () => i18next.language as Language

export async function startWords(): Promise<void> {
  const first = navigator.languages.find((tag) => /^(fr|en)\b/i.test(tag))
  const language = read<Language>('language', first?.toLowerCase().startsWith('fr') ? 'fr' : 'en')
  await i18next.use(initReactI18next).init({ lng: language, fallbackLng: false, resources: {}, interpolation: { escapeValue: false } })
  await speak(language)
}

/** From now on in this language. */
export async function speak(language: Language): Promise<void> {
  await Promise.all([...needed].map((part) => learn(part, language)))
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  write('language', language)
}

/** The words of a part, from now on in whatever language is spoken. */
export async function learn(part: Part, language = languageNow()): Promise<void> {
  needed.add(part)
  const name = `${part} ${language}`
  if (known.has(name)) return
  i18next.addResourceBundle(language, 'translation', (await parts[part][language]()).default, true)
  known.add(name)
}
