// What only somebody known sees; whoever is not known signs in first, and then goes on to the page that was asked for.
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect, Route, Switch } from 'wouter'
import { CallDesk } from '../call/CallDesk.tsx'
import { Shell } from '../shell/Shell.tsx'
import { Blank } from '../ui/Blank.tsx'
import { Mark } from '../ui/Mark.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { pieceOf } from './pieces.ts'
import { Myself, useSession } from './session.ts'
import { wordsOf } from './words.ts'
import '../entry/entry.css'

const SignIn = lazy(() => import('../entry/SignIn.tsx'))
const Home = lazy(() => import('../home/Home.tsx'))
const RoomPage = lazy(() => import('../room/RoomPage.tsx'))
const CallPage = lazy(() => import('../call/CallPage.tsx'))
const Account = lazy(() => import('../account/Account.tsx'))
const Admin = pieceOf('admin', () => import('../admin/Admin.tsx'))
const Doctor = pieceOf('doctor', () => import('../doctor/Doctor.tsx'))
const Lost = lazy(() => import('./Lost.tsx'))

export function Signed() {
  const { t } = useTranslation()
  const state = useSession()
  if (state.kind === 'asking' && state.problem) {
    return (
      <main className="alone">
        <Blank icon="alert" title={t('problem.title')} level={1}>
          <p>{wordsOf(t, state.problem)}</p>
          <p>{t('line.trying')}</p>
        </Blank>
      </main>
    )
  }
  if (state.kind === 'asking') return <Skeleton />
  if (state.kind === 'out') {
    return (
      <Switch>
        <Route path="/doctor">
          <main>
            <Link href="/" className="entry-home" title={t('entry.signIn')}>
              <Mark />
            </Link>
            <Doctor />
          </main>
        </Route>
        <Route>
          <SignIn over={state.why !== undefined} />
        </Route>
      </Switch>
    )
  }
  return (
    <Myself value={state}>
      <CallDesk key={state.person.id}>
        <Shell>
          <Switch>
            <Route path="/" component={Home} />
            <Route path="/sign-in">
              <Redirect to="/" replace />
            </Route>
            <Route path="/rooms/:room">{({ room }) => <RoomPage key={room} room={room} />}</Route>
            <Route path="/rooms/:room/call">{({ room }) => <CallPage key={room} room={room} />}</Route>
            <Route path="/account" component={Account} />
            <Route path="/doctor" component={Doctor} />
            <Route path="/admin/*?" component={Admin} />
            <Route path="/invitations">
              <Redirect to="/admin/invitations" replace />
            </Route>
            <Route component={Lost} />
          </Switch>
        </Shell>
      </CallDesk>
    </Myself>
  )
}
