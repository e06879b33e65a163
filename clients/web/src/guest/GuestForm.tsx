// What one chooses before entering by a link: how to be seen and heard; a guest also a name, an account has one.
import type { LinkView, Person } from '@carillon/sdk'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { read, write } from '../app/tastes.ts'
import { DevicePickers } from '../call/DevicePickers.tsx'
import { Preview } from '../call/Preview.tsx'
import { useDeviceKeys } from '../call/useDeviceKeys.ts'
import { usePreviewing } from '../call/usePreviewing.ts'
import { EntryFrame } from '../entry/EntryFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useAct } from '../ui/useAct.ts'
import '../call/lobby.css'

interface Props {
  view: LinkView
  /** Who is signed in in this browser with an account, and enters with it. */
  account: Person | undefined
  onEnter: (name: string, talk: boolean) => Promise<void>
}

export function GuestForm({ view, account, onEnter }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(() => read('guest-name', ''))
  const name = account?.name ?? typed
  usePreviewing()
  useDeviceKeys(true)
  const [enter, { busy, wrong }] = useAct(async (talk: boolean) => {
    if (!account) write('guest-name', name.trim())
    await onEnter(name.trim(), talk)
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void enter(true)
  }
  const ready = name.trim() !== ''
  return (
    <EntryFrame title={t(account ? 'guest.enter' : 'guest.hello', { room: view.roomName })} intro={view.hostName && t('guest.host', { name: view.hostName })} wide>
      <div className="lobby-sheet">
        <Preview name={name} />
        <form className="guest-form" onSubmit={submit}>
          {account ? (
            <p>{t('guest.asAccount', { name: account.name })}</p>
          ) : (
            <Field label={t('guest.name')} help={t('guest.nameHelp')} value={typed} onChange={setTyped} autoComplete="name" isRequired maxLength={80} autoFocus />
          )}
          <DevicePickers />
          {wrong && <Notice>{wrong}</Notice>}
          <Button type="submit" look="primary" isPending={busy}>
            {t('guest.join')}
          </Button>
          <Button look="plain" isDisabled={busy || !ready} onPress={() => void enter(false)}>
            {t('guest.onlyWrite')}
          </Button>
        </form>
      </div>
    </EntryFrame>
  )
}
