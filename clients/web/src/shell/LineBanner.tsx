// Says that the server is out of reach, soon after it is and for as long as it lasts.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { calls, link } from '../app/carillon.ts'
import { announce } from '../app/announce.ts'
import { useObservable } from '../app/useObservable.ts'
import { useCallState } from '../call/useCallState.ts'
import { Icon } from '../ui/Icon.tsx'

/** A reload or a short stumble is not worth a word. */
const PATIENCE = 800

export function LineBanner() {
  const { t } = useTranslation()
  const { up } = useObservable(link.state)
  const { current } = useObservable(calls.state)
  const live = useCallState(current)?.phase === 'live'
  const [shown, setShown] = useState(false)
  const online = useOnline()
  const down = !up || !online
  useEffect(() => {
    if (!down) {
      if (shown) announce(t('line.back'))
      setShown(false)
      return
    }
    const timer = setTimeout(() => setShown(true), PATIENCE)
    return () => clearTimeout(timer)
  }, [down, shown, t])
  return (
    <div role="status" className="line-place">
      {shown && down && (
        <p className="line" data-testid="line">
          <Icon name="alert" size={18} />
          <span>
            {online ? t('line.down') : t('line.offline')} {live && t('line.goesOn')}
          </span>
        </p>
      )}
    </div>
  )
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const look = () => setOnline(navigator.onLine)
    addEventListener('online', look)
    addEventListener('offline', look)
    return () => {
      removeEventListener('online', look)
      removeEventListener('offline', look)
    }
  }, [])
  return online
}
