// The frame around every page: the rail, what is said about the line, the page. A call has the whole window.
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { CallStrip } from '../call/CallStrip.tsx'
import { LineBanner } from './LineBanner.tsx'
import { Rail } from './Rail.tsx'
import './shell.css'

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const [path] = useLocation()
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  useEffect(() => {
    if (first.current) first.current = false
    // A page that puts the focus somewhere itself keeps it there.
    else if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true })
  }, [path])
  const calling = path.endsWith('/call')
  return (
    <div className={calling ? 'shell calling' : 'shell'}>
      <a className="skip button primary" href="#main" onClick={() => main.current?.focus()}>
        {t('common.skip')}
      </a>
      {!calling && <Rail />}
      <div className="shell-page">
        <LineBanner />
        {!calling && <CallStrip />}
        <main id="main" ref={main} tabIndex={-1} className="shell-main">
          {children}
        </main>
      </div>
    </div>
  )
}
