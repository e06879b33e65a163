// Bringing somebody with an account into a room.
import type { RoomView } from '@carillon/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../app/carillon.ts'
import { usePeople } from '../home/PeopleList.tsx'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Search } from '../ui/Search.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { useAct } from '../ui/useAct.ts'
import { Window } from '../ui/Window.tsx'

export function AddMember({ view, onClose }: { view: RoomView; onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [query, setQuery] = useState('')
  const people = usePeople(useDeferredValue(query.trim()))
  const inside = new Set(view.members.map(({ id }) => id))
  const outside = (people.data?.pages.flatMap(({ accounts }) => accounts) ?? []).filter(({ id }) => !inside.has(id))
  const [add, { busy, wrong }] = useAct(async (account: string) => {
    await api.addMember(view.id, account)
    await queries.invalidateQueries({ queryKey: ['room', view.id] })
  })
  return (
    <Window title={t('room.add')} open onClose={onClose}>
      <Search label={t('home.find')} value={query} onChange={setQuery} />
      {wrong && <Notice>{wrong}</Notice>}
      {people.isPending && <Skeleton />}
      {people.isSuccess && outside.length === 0 && <p className="quiet">{t('room.nobodyToAdd')}</p>}
      <ul className="add-list">
        {outside.map((person) => (
          <li key={person.id} className="member-line">
            <Avatar name={person.name} size={32} />
            <span className="one-line">{person.name}</span>
            <Button small isDisabled={busy} aria-label={t('room.addPerson', { name: person.name })} onPress={() => void add(person.id)}>
              {t('room.addShort')}
            </Button>
          </li>
        ))}
      </ul>
    </Window>
  )
}
