// The way to a new room.
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/Button.tsx'

const NewRoomWindow = lazy(() => import('./NewRoomWindow.tsx'))

export function NewRoom({ primary }: { primary: boolean }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look={primary ? 'primary' : 'bare'} small={!primary} round={!primary} icon="plus" onPress={() => setOpen(true)} aria-label={t('home.newRoom')}>
        {primary && t('home.newRoom')}
      </Button>
      {open && (
        <Suspense>
          <NewRoomWindow onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
