// The last owner leaves: whose the room will be, before it is so.
import type { RoomView } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/Button.tsx'
import { Window } from '../ui/Window.tsx'

interface Props {
  view: RoomView
  onClose: () => void
  onLeave: () => void
}

export function LeaveWindow({ view, onClose, onLeave }: Props) {
  const { t } = useTranslation()
  const heirs = view.members.some(({ role }) => role === 'member')
  return (
    <Window title={t('room.lastOwner', { room: view.name })} open onClose={onClose}>
      <p>{t(heirs ? 'room.lastOwnerHelp' : 'room.lastOwnerAlone')}</p>
      <div className="window-buttons">
        <Button look="bare" onPress={onClose}>
          {t('common.cancel')}
        </Button>
        <Button look="danger" icon="door" onPress={onLeave}>
          {t('room.leaveRoom')}
        </Button>
      </div>
    </Window>
  )
}
