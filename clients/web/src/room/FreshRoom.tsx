// A room in which nothing was said yet: the first steps.
import type { RoomView } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Blank } from '../ui/Blank.tsx'
import { CopyField } from '../ui/CopyField.tsx'
import { linkOf } from './link.ts'

export function FreshRoom({ view }: { view: RoomView }) {
  const { t } = useTranslation()
  return (
    <Blank icon="bell" title={t('room.fresh')}>
      <p>{view.link ? t('room.freshHelp') : t('room.freshDirect')}</p>
      {view.link && (
        <div className="fresh-link">
          <CopyField label={t('room.linkForGuests')} value={linkOf(view.link)} />
        </div>
      )}
    </Blank>
  )
}
