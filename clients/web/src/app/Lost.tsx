// No page stands at this address.
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Blank } from '../ui/Blank.tsx'
import { useTitle } from './title.ts'

export default function Lost() {
  const { t } = useTranslation()
  useTitle(t('lost.title'))
  return (
    <div className="alone">
      <Blank icon="bell" title={t('lost.title')} level={1}>
        <p>{t('lost.help')}</p>
        <Link className="button primary" href="/">
          {t('common.home')}
        </Link>
      </Blank>
    </div>
  )
}
