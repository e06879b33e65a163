// A room's link: the devices, a name for whoever has no account, and one is in. Whoever is a member already goes on to the room.
import { useQuery } from '@tanstack/react-query'
import { problemOf } from '@carillon/sdk'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect, useLocation } from 'wouter'
import { api, session } from '../app/carillon.ts'
import { useTitle } from '../app/title.ts'
import { useObservable } from '../app/useObservable.ts'
import { wordsOf } from '../app/words.ts'
import { callRoom } from '../call/calling.ts'
import { EntryFrame } from '../entry/EntryFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { GuestForm } from './GuestForm.tsx'

export default function GuestPage({ link }: { link: string }) {
  const { t } = useTranslation()
  const state = useObservable(session.state)
  const [, go] = useLocation()
  const [entered, setEntered] = useState(false)
  const person = state.kind === 'in' ? state.person : undefined
  const asked = useQuery({
    queryKey: ['link', link, person?.id],
    queryFn: async () => {
      const view = await api.link(link)
      return { ...view, inside: person !== undefined && view.room !== undefined && (await isInside(view.room)) }
    },
    enabled: state.kind !== 'asking' && !entered,
  })
  const view = asked.data
  useTitle(view?.roomName ?? '')
  useEffect(() => setEntered(false), [link])

  const account = person?.kind === 'account' ? person : undefined
  const enter = async (name: string, talk: boolean) => {
    setEntered(true)
    try {
      const room = account ? (await api.enterByLink(link)).room.id : (await session.enterAsGuest(link, name)).room
      if (room === undefined) throw new Error('a guest has a room')
      if (talk) callRoom(room)
      go(talk ? `/rooms/${room}/call` : `/rooms/${room}`, { replace: true })
    } catch (thrown) {
      setEntered(false)
      throw thrown
    }
  }
  if (view?.inside && !entered) return <Redirect to={`/rooms/${view.room}`} replace />
  if (view) return <GuestForm view={view} account={account} onEnter={enter} />
  if (!asked.error) return <EntryFrame title={t('entry.opening')} />
  const problem = problemOf(asked.error)
  if (problem.passing) {
    return (
      <EntryFrame title={t('problem.title')} intro={wordsOf(t, problem)}>
        <Button look="primary" onPress={() => void asked.refetch()}>
          {t('common.again')}
        </Button>
      </EntryFrame>
    )
  }
  return (
    <EntryFrame title={t('guest.over')} intro={t('guest.overHelp')}>
      <Link className="button plain" href="/">
        {t('common.home')}
      </Link>
    </EntryFrame>
  )
}

async function isInside(room: string): Promise<boolean> {
  try {
    await api.room(room)
    return true
  } catch (thrown) {
    const problem = problemOf(thrown)
    if (problem.passing) throw problem
    return false
  }
}
