// Which page stands at which address. Each is a chunk of its own.
import { lazy } from 'react'
import { Route, Switch } from 'wouter'
import { Signed } from './Signed.tsx'

const LinkPage = lazy(() => import('../entry/LinkPage.tsx'))
const InvitePage = lazy(() => import('../entry/InvitePage.tsx'))
const GuestPage = lazy(() => import('../guest/GuestPage.tsx'))

export function Pages() {
  return (
    <Switch>
      <Route path="/link" component={LinkPage} />
      <Route path="/invite" component={InvitePage} />
      <Route path="/r/:link">{({ link }) => <GuestPage key={link} link={link} />}</Route>
      <Route component={Signed} />
    </Switch>
  )
}
