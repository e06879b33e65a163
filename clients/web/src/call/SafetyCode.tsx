// The short code that both ends compute from the keys of their connection, or why there is none.
import type { CallSessionState } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { Window } from '../ui/Window.tsx'

interface Props {
  state: CallSessionState
  open: boolean
  onClose: () => void
}

export function SafetyCode({ state, open, onClose }: Props) {
  const { t } = useTranslation()
  const { safetyCode: code } = state
  const failure = state.safetyFailure ?? (isSecureContext ? undefined : 'insecure') // which is known before anybody is there
  return (
    <Window title={t('call.safety')} open={open} onClose={onClose} dark>
      {code ? (
        <p className="safety figures" data-testid="safety-code">
          {code.map((group, at) => (
            <span key={at}>{group} </span>
          ))}
        </p>
      ) : (
        <p>{failure ? t(`call.safetyFailure.${failure}`) : t('call.safetyLater')}</p>
      )}
      {!failure && <p className="quiet">{t('call.safetyHelp')}</p>}
    </Window>
  )
}
