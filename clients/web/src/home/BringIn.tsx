// While few are here: the two ways in which others come.
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Icon } from '../ui/Icon.tsx'

export function BringIn({ admin }: { admin: boolean }) {
  const { t } = useTranslation()
  return (
    <section className="bring-in" aria-labelledby="bring-in-title">
      <h2 id="bring-in-title">{t('home.bringIn')}</h2>
      <ul>
        <li>
          <Icon name="rooms" />
          <span>{t('home.bringInGuest')}</span>
        </li>
        <li>
          <Icon name="envelope" />
          <span>{admin ? t('home.bringInAccount') : t('home.bringInAsk')}</span>
          {admin && (
            <Link className="button plain" href="/admin/invitations">
              {t('home.invite')}
            </Link>
          )}
        </li>
      </ul>
    </section>
  )
}
