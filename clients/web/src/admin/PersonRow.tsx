// One account, and what may be done about it.
import type { Person } from '@carillon/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { api } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { briefly } from '../app/times.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { useAct } from '../ui/useAct.ts'
import { Window } from '../ui/Window.tsx'
import '../ui/menu.css'

type PersonAct = 'admin' | 'member' | 'close' | 'open'

export function PersonRow({ person }: { person: Person }) {
  const { t, i18n } = useTranslation()
  const me = useMe().person
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const [act, { busy, wrong }] = useAct(async (what: PersonAct) => {
    setAsking(false)
    if (what === 'close') await api.closeAccount(person.id)
    else if (what === 'open') await api.openAccount(person.id)
    else await api.changeAccount(person.id, what)
    await queries.invalidateQueries({ queryKey: ['admin', 'people'] })
  })
  const closed = person.closedAt != null
  const acts: [PersonAct, IconName, string][] = closed
    ? [['open', 'door', t('adminPeople.openAgain')]]
    : [
        person.role === 'admin' ? ['member', 'person', t('adminPeople.unmakeAdmin')] : ['admin', 'shield', t('adminPeople.makeAdmin')],
        ['close', 'door', t('adminPeople.close')],
      ]
  return (
    <li className="admin-line">
      <Avatar name={person.name} />
      <span className="admin-words">
        <span className="one-line admin-name">
          {person.name} {person.id === me.id && <span className="small quiet">({t('common.you')})</span>}
        </span>
        <span className="one-line small quiet">
          {[person.login, person.role === 'admin' && t('home.admin'), closed && t('adminPeople.since', { when: briefly(i18n.language, person.closedAt!) })]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {wrong && (
          <span className="small person-wrong" role="alert">
            {wrong}
          </span>
        )}
      </span>
      {person.id !== me.id && (
        <MenuTrigger>
          <Button look="bare" round icon="more" aria-label={t('adminPeople.acts', { name: person.name })} isDisabled={busy} />
          <Popover className="popover" placement="bottom end">
            <Menu>
              {acts.map(([what, icon, word]) => (
                <MenuItem key={what} className="menu-item" textValue={word} onAction={() => (what === 'close' ? setAsking(true) : void act(what))}>
                  <Icon name={icon} size={18} />
                  {word}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
      {asking && (
        <Window title={t('adminPeople.closeTitle', { name: person.name })} open alert onClose={() => setAsking(false)}>
          <p className="quiet">{t('adminPeople.closeHelp')}</p>
          <div className="window-buttons">
            <Button look="bare" onPress={() => setAsking(false)}>
              {t('common.cancel')}
            </Button>
            <Button look="danger" onPress={() => void act('close')}>
              {t('adminPeople.close')}
            </Button>
          </div>
        </Window>
      )}
    </li>
  )
}
