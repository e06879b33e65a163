// Where what is said stands in words, for as long as somebody or something writes it down: no other part of the stage covers this place.
import { useTranslation } from 'react-i18next'

export interface Caption {
  id: string
  name: string
  text: string
}

export function Captions({ lines }: { lines: readonly Caption[] }) {
  const { t } = useTranslation()
  return (
    <div className="captions" role="log" aria-label={t('call.captions')} data-testid="captions">
      {lines.map(({ id, name, text }) => (
        <p key={id}>
          <strong>{name}</strong> {text}
        </p>
      ))}
    </div>
  )
}
