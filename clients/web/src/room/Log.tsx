// The log as people read it: by day, the newest below. Stays at the bottom while one is there, and where one is when older ones come.
import type { Person, RoomSession, RoomState } from '@carillon/sdk'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { sawUpTo } from '../app/seen.ts'
import { Button } from '../ui/Button.tsx'
import { Entries } from './Entries.tsx'
import { Unsent } from './Unsent.tsx'

interface Props {
  session: RoomSession
  state: RoomState
  names: Map<string, string>
  me: Person
  /** None for the room of two people. */
  groupName: string | undefined
  empty: ReactNode
}

/** So near to the bottom counts as there. */
const NEAR = 60

export function Log({ session, state, names, me, groupName, empty }: Props) {
  const { t } = useTranslation()
  const { events, outbox, hasOlder, askingOlder } = state
  const box = useRef<HTMLDivElement>(null)
  const atBottom = useRef(true)
  const height = useRef(0)
  const [away, setAway] = useState(false)
  const first = events[0]?.seq
  const last = events.at(-1)?.seq

  useLayoutEffect(() => {
    const log = box.current
    if (!log) return
    if (atBottom.current) log.scrollTop = log.scrollHeight
  }, [last, outbox])
  useLayoutEffect(() => {
    const log = box.current
    if (log && !atBottom.current && height.current > 0) log.scrollTop += log.scrollHeight - height.current
    height.current = log?.scrollHeight ?? 0
  }, [first])
  useEffect(() => {
    const log = box.current
    if (!log) return
    const keep = new ResizeObserver(() => {
      if (atBottom.current) log.scrollTop = log.scrollHeight
    })
    keep.observe(log)
    return () => keep.disconnect()
  }, [])
  useEffect(() => {
    if (last !== undefined) sawUpTo(session.room, last)
  }, [last, session])

  const onScroll = () => {
    const log = box.current!
    atBottom.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR
    setAway(!atBottom.current)
    height.current = log.scrollHeight
    if (log.scrollTop < 200 && hasOlder && !askingOlder) session.older()
  }
  const talk = events.some(({ kind }) => kind === 'message.posted') || outbox.length > 0
  const called = events.some(({ kind }) => kind === 'call.started')
  return (
    <div className="log-place">
      <div className="log" ref={box} role="log" aria-label={t('room.messages')} aria-busy={askingOlder || !state.current} tabIndex={0} onScroll={onScroll}>
        <div className="log-rest" />
        {hasOlder ? (
          <Button look="bare" small isPending={askingOlder} onPress={() => session.older()}>
            {t('room.earlier')}
          </Button>
        ) : (
          talk && groupName && <p className="log-begin small quiet">{t('room.begins', { room: groupName })}</p>
        )}
        <Entries events={events} names={names} me={me.id} />
        {!talk && !hasOlder && !called && empty}
        <Unsent session={session} outbox={outbox} name={me.name} />
      </div>
      {away && (
        <div className="log-newest">
          <Button small icon="chevron" onPress={() => box.current!.scrollTo({ top: box.current!.scrollHeight })}>
            {t('room.newest')}
          </Button>
        </div>
      )}
    </div>
  )
}
