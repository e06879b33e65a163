// Where one can go: only what this person may use. On a phone it is a bar at the bottom.
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useMe } from '../app/session.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'

export function Rail() {
  const { t } = useTranslation()
  const { person } = useMe()
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      <span className="rail-mark" title="Carillon">
        <Icon name="bell" size={26} />
      </span>
      <Place to="/" icon="rooms" word={t('nav.rooms')} also="/rooms" />
      {person.role === 'admin' && <Place to="/admin/people" icon="sliders" word={t('nav.admin')} also="/admin" />}
      <span className="rail-rest" />
      <Place to="/account" icon="person" word={t('nav.account')} />
    </nav>
  )
}

function Place({ to, icon, word, also }: { to: string; icon: IconName; word: string; also?: string }) {
  const [path] = useLocation()
  const here = path === to || (also !== undefined && path.startsWith(also))
  return (
    <Link href={to} className="place" aria-current={here ? 'page' : undefined}>
      <Icon name={icon} size={22} />
      <span>{word}</span>
    </Link>
  )
}
