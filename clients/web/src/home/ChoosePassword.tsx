// Whoever came in by the one-time link has no other way back yet.
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Notice } from '../ui/Notice.tsx'

export function ChoosePassword() {
  const { t } = useTranslation()
  return (
    <div className="people-hint">
      <Notice tone="info" title={t('home.choosePassword')}>
        <p>{t('home.choosePasswordHelp')}</p>
        <Link href="/account">{t('nav.account')}</Link>
      </Notice>
    </div>
  )
}
