// One person in the list, with the two things that one can do: call at once, or write.
import type { Person } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { api } from '../app/carillon.ts'
import { useCallPerson } from '../call/useCalling.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { useAct } from '../ui/useAct.ts'

export function PersonLine({ person }: { person: Person }) {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const callPerson = useCallPerson()
  const [write, writing] = useAct(async () => {
    const { room } = await api.direct(person.id)
    go(`/rooms/${room.id}`)
  })
  const [call, calling] = useAct(() => callPerson(person))
  const wrong = calling.wrong ?? writing.wrong
  return (
    <li className="person-line">
      <Avatar name={person.name} />
      <span className="person-words">
        <span className="one-line">{person.name}</span>
        <span className="one-line small quiet">
          {person.login}
          {person.role === 'admin' && ` · ${t('home.admin')}`}
        </span>
        {wrong && <span className="small person-wrong">{wrong}</span>}
      </span>
      <Button look="bare" round icon="rooms" aria-label={t('home.writePerson', { name: person.name })} isPending={writing.busy} onPress={() => void write()} />
      <Button icon="phone" aria-label={t('home.callPerson', { name: person.name })} isPending={calling.busy} onPress={() => void call()}>
        {t('home.call')}
      </Button>
    </li>
  )
}
