// What an owner may do about a member: share the room with them, or put them out.
import type { Member, MemberRole } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Button } from '../ui/Button.tsx'
import { Icon, type IconName } from '../ui/Icon.tsx'
import '../ui/menu.css'

export type MemberAct = MemberRole | 'remove'

export default function MemberMenu({ member, onAct }: { member: Member; onAct: (act: MemberAct) => void }) {
  const { t } = useTranslation()
  const acts: [MemberAct, IconName, string][] = [['remove', 'door', t('room.removeShort')]]
  if (member.role === 'member') acts.unshift(['owner', 'person', t('room.makeOwner')])
  if (member.role === 'owner') acts.unshift(['member', 'person', t('room.unmakeOwner')])
  return (
    <MenuTrigger>
      <Button look="bare" small round icon="more" aria-label={t('room.memberMore', { name: member.name })} />
      <Popover className="popover" placement="bottom end">
        <Menu>
          {acts.map(([act, icon, word]) => (
            <MenuItem key={act} className="menu-item" textValue={word} onAction={() => onAct(act)}>
              <Icon name={icon} size={18} />
              {word}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
