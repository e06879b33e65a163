// One member of a room.
import type { Member } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'

interface Props {
  member: Member
  mine: boolean
  onRemove: (() => void) | undefined
}

export function MemberLine({ member, mine, onRemove }: Props) {
  const { t } = useTranslation()
  const words = [mine && t('common.you'), member.role === 'owner' && t('room.owner'), member.role === 'guest' && t('common.guest')]
  return (
    <li className="member-line">
      <Avatar name={member.name} size={32} />
      <span className="one-line">{member.name}</span>
      <span className="small quiet">{words.filter(Boolean).join(', ')}</span>
      {onRemove && <Button look="bare" small round icon="close" aria-label={t('room.remove', { name: member.name })} onPress={onRemove} />}
    </li>
  )
}
