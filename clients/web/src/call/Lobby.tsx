// Before a call: how one looks and sounds, by which devices, and who is there.
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { calls } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { useObservable } from '../app/useObservable.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Notice } from '../ui/Notice.tsx'
import { DevicePickers } from './DevicePickers.tsx'
import { Preview } from './Preview.tsx'
import { roomOf } from './calling.ts'
import { useCallState } from './useCallState.ts'
import { useDeviceKeys } from './useDeviceKeys.ts'
import { usePreviewing } from './usePreviewing.ts'
import './lobby.css'

export function Lobby({ room, name, onJoin }: { room: string; name: string; onJoin: () => void }) {
  const { t } = useTranslation()
  const me = useMe()
  const { live, current } = useObservable(calls.state)
  const elsewhere = useCallState(current)
  usePreviewing()
  useDeviceKeys(true)
  const inside = (live.find((call) => call.room === room)?.participants ?? []).filter(({ state }) => state !== 'left' && state !== 'ringing')
  const others = inside.filter(({ member }) => member !== me.person.id)
  const mine = inside.some(({ device }) => device === me.session.device.id)
  const busy = current && elsewhere?.phase !== 'ended' && roomOf(current) !== room
  return (
    <div className="lobby">
      <header className="lobby-head">
        <Link className="button bare" href={`/rooms/${room}`}>
          <Icon name="back" />
          {t('lobby.back')}
        </Link>
      </header>
      <div className="lobby-sheet">
        <Preview name={me.person.name} />
        <div className="lobby-side">
          <h1>{t('lobby.title', { room: name || '…' })}</h1>
          <p className="quiet">{others.length > 0 ? t('lobby.there', { name: others.map((one) => one.name).join(', ') }) : t('lobby.alone')}</p>
          {mine && <Notice tone="info">{t('lobby.return')}</Notice>}
          {busy && <Notice tone="info">{t('lobby.elsewhere')}</Notice>}
          {others.length > 1 && !mine && (
            <Notice tone="info" title={t('lobby.fullTitle')}>
              {t('call.fullHelp')}
            </Notice>
          )}
          <DevicePickers />
          <Button look="primary" onPress={onJoin}>
            {t('lobby.join')}
          </Button>
        </div>
      </div>
    </div>
  )
}
