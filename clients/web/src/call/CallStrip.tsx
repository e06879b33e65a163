// The call that goes on while one looks at another page.
import type { CallSession } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { calls, media } from '../app/carillon.ts'
import { running } from '../app/times.ts'
import { useNow } from '../app/useNow.ts'
import { useObservable } from '../app/useObservable.ts'
import { Button, ToggleButton } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { roomOf } from './calling.ts'
import { stateWords } from './state-words.ts'
import './strip.css'

export function CallStrip() {
  const { current } = useObservable(calls.state)
  return current ? <Strip session={current} /> : null
}

function Strip({ session }: { session: CallSession }) {
  const { t } = useTranslation()
  const state = useObservable(session.state)
  const { microphone } = useObservable(media.state)
  const now = useNow(state.phase === 'live')
  const room = roomOf(session)
  if (state.phase === 'ended' || room === undefined) return null
  return (
    <section className="strip" aria-label={t('call.ongoing')}>
      <Icon name="phone" size={18} />
      <span className="one-line strip-words">
        {stateWords(t, state)}
        {state.liveSince !== undefined && <span className="figures quiet"> · {running(now - state.liveSince)}</span>}
      </span>
      <ToggleButton
        look="bare"
        small
        round
        icon={microphone.on ? 'microphone' : 'microphoneOff'}
        aria-label={t('devices.microphone')}
        isSelected={microphone.on}
        onChange={(on) => media.setMicrophone(on)}
      />
      <Link className="button plain small-button" href={`/rooms/${room}/call`}>
        {t('room.returnToCall')}
      </Link>
      <Button look="danger" small onPress={() => session.leave()}>
        {t('call.leave')}
      </Button>
    </section>
  )
}
