// One member of a room, and what an owner may do about them.
import type { Member } from '@carillon/sdk'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar } from '../ui/Avatar.tsx'
import type { MemberAct } from './MemberMenu.tsx'

const MemberMenu = lazy(() => import('./MemberMenu.tsx'))

interface Props {
  member: Member
  mine: boolean
  onAct: ((act: MemberAct) => void) | undefined
}

export function MemberLine({ member, mine, onAct }: Props) {
  const { t } = useTranslation()
  const words = [mine && t('common.you'), member.role === 'owner' && t('room.owner'), member.role === 'guest' && t('common.guest')]
  return (
    <li className="member-line">
      <Avatar name={member.name} size={32} />
      <span className="one-line">{member.name}</span>
      <span className="small quiet">{words.filter(Boolean).join(', ')}</span>
      {onAct && (
        <Suspense fallback={<span className="member-menu" />}>
          <MemberMenu member={member} onAct={onAct} />
        </Suspense>
      )}
    </li>
  )
}
