// What administrators see and do: a list of pages beside, and one of them.
import { useTranslation } from 'react-i18next'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { useMe } from '../app/session.ts'
import { Blank } from '../ui/Blank.tsx'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { Audit } from './Audit.tsx'
import { CallPage } from './CallPage.tsx'
import { Calls } from './Calls.tsx'
import { Invitations } from './Invitations.tsx'
import { People } from './People.tsx'
import { Rooms } from './Rooms.tsx'
import './admin.css'

const pages = [
  ['people', 'people'],
  ['invitations', 'envelope'],
  ['rooms', 'rooms'],
  ['calls', 'phone'],
  ['audit', 'shield'],
] as const satisfies readonly (readonly [string, IconName])[]

export default function Admin() {
  const { t } = useTranslation()
  const { person } = useMe()
  const [path] = useLocation()
  if (person.role !== 'admin') {
    return (
      <div className="alone">
        <Blank icon="door" title={t('admin.onlyAdmins')} level={1}>
          <p>{t('admin.onlyAdminsHelp')}</p>
          <Link className="button plain" href="/">
            {t('common.home')}
          </Link>
        </Blank>
      </div>
    )
  }
  return (
    <div className="admin">
      <nav className="admin-pages" aria-label={t('admin.title')}>
        {pages.map(([page, icon]) => (
          <Link key={page} href={`/admin/${page}`} className="admin-place" aria-current={path.startsWith(`/admin/${page}`) ? 'page' : undefined}>
            <Icon name={icon} size={18} />
            {t(`admin.${page}`)}
          </Link>
        ))}
      </nav>
      <div className="admin-page">
        <Switch>
          <Route path="/admin/people" component={People} />
          <Route path="/admin/invitations" component={Invitations} />
          <Route path="/admin/rooms" component={Rooms} />
          <Route path="/admin/calls" component={Calls} />
          <Route path="/admin/calls/:call">{({ call }) => <CallPage key={call} call={call} />}</Route>
          <Route path="/admin/audit" component={Audit} />
          <Route>
            <Redirect to="/admin/people" replace />
          </Route>
        </Switch>
      </div>
    </div>
  )
}
