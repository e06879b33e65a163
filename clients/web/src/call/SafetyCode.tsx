// The short code that both ends compute from the keys of their connection.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/Button.tsx'
import { Window } from '../ui/Window.tsx'

export function SafetyCode({ code }: { code: readonly string[] | undefined }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="bare" round icon="shield" aria-label={t('call.safety')} onPress={() => setOpen(true)} />
      <Window title={t('call.safety')} open={open} onClose={() => setOpen(false)} dark>
        {code ? (
          <p className="safety figures" data-testid="safety-code">
            {code.map((group, at) => (
              <span key={at}>{group} </span>
            ))}
          </p>
        ) : (
          <p>{t('call.safetyLater')}</p>
        )}
        <p className="quiet">{t('call.safetyHelp')}</p>
      </Window>
    </>
  )
}
