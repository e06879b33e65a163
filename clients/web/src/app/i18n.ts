// The language of the app: the account's, else the one chosen in this browser, else the browser's own.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Words } from '../locales/en.ts'
import { read, write } from './tastes.ts'

export type Language = 'en' | 'fr'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Words }
  }
}

const words: Record<Language, () => Promise<{ default: Words }>> = {
  en: () => import('../locales/en.ts'),
  fr: () => import('../locales/fr.ts'),
}

export const languageNow = () => i18next.language as Language

export async function startWords(): Promise<void> {
  const first = navigator.languages.find((tag) => /^(fr|en)\b/i.test(tag))
  const language = read<Language>('language', first?.toLowerCase().startsWith('fr') ? 'fr' : 'en')
  await i18next.use(initReactI18next).init({ lng: language, fallbackLng: false, resources: {}, interpolation: { escapeValue: false } })
  await speak(language)
}

/** From now on in this language. */
export async function speak(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await words[language]()).default)
  }
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  write('language', language)
}
