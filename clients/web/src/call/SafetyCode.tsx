// The short code that both ends compute from the keys of their connection.
import { useTranslation } from 'react-i18next'
import { Window } from '../ui/Window.tsx'

export function SafetyCode({ code, open, onClose }: { code: readonly string[] | undefined; open: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Window title={t('call.safety')} open={open} onClose={onClose} dark>
      {code ? (
        <p className="safety figures" data-testid="safety-code">
          {code.map((group, at) => (
            <span key={at}>{group} </span>
          ))}
        </p>
      ) : (
        <p>{t(isSecureContext ? 'call.safetyLater' : 'call.safetyInsecure')}</p>
      )}
      <p className="quiet">{t('call.safetyHelp')}</p>
    </Window>
  )
}
