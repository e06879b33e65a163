// The whole app: who is here, in which language, and which page.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { Suspense } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { I18nextProvider, useTranslation } from 'react-i18next'
import i18next from 'i18next'
import { problemOf } from '@carillon/sdk'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Broken } from './Broken.tsx'
import { Pages } from './Pages.tsx'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (times, thrown) => times < 2 && problemOf(thrown).passing,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

function InLanguage() {
  const { i18n } = useTranslation()
  return (
    <I18nProvider locale={i18n.language === 'fr' ? 'fr-FR' : 'en-US'}>
      <Broken>
        <Suspense fallback={<Skeleton />}>
          <Pages />
        </Suspense>
      </Broken>
    </I18nProvider>
  )
}

export function App() {
  return (
    <I18nextProvider i18n={i18next}>
      <QueryClientProvider client={queries}>
        <InLanguage />
      </QueryClientProvider>
    </I18nextProvider>
  )
}
