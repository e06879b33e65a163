// Who is typing. Its place is kept, so that nothing jumps.
import { useTranslation } from 'react-i18next'

export function Typing({ names }: { names: string[] }) {
  const { t } = useTranslation()
  const [first, second] = names
  return (
    <p className="typing small quiet" data-testid="typing">
      {first !== undefined && (second === undefined ? t('room.typingOne', { name: first }) : t('room.typingMany'))}
    </p>
  )
}
