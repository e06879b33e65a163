// Making a room: its name, and one is inside.
import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { api } from '../app/carillon.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useAct } from '../ui/useAct.ts'
import { Window } from '../ui/Window.tsx'

export default function NewRoomWindow({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [, go] = useLocation()
  const queries = useQueryClient()
  const [create, { busy, wrong }] = useAct(async () => {
    const { room } = await api.createRoom(name.trim())
    void queries.invalidateQueries({ queryKey: ['rooms'] })
    onClose()
    go(`/rooms/${room.id}`)
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void create()
  }
  return (
    <Window title={t('home.newRoom')} open onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Field label={t('home.roomName')} placeholder={t('home.roomNameExample')} value={name} onChange={setName} isRequired maxLength={80} autoFocus />
        {wrong && <Notice>{wrong}</Notice>}
        <div className="window-buttons">
          <Button look="bare" onPress={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" look="primary" isPending={busy}>
            {t('home.create')}
          </Button>
        </div>
      </form>
    </Window>
  )
}
