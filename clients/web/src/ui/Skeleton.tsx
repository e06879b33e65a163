// Grey lines where text will be. They show only when it takes long enough to wonder.
import { useTranslation } from 'react-i18next'
import './skeleton.css'

export function Skeleton({ lines = 4, tall = false }: { lines?: number; tall?: boolean }) {
  const { t } = useTranslation()
  return (
    <div className={tall ? 'skeleton tall' : 'skeleton'} role="status">
      <span className="unseen">{t('common.loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} style={{ width: `${[72, 54, 86, 63][line % 4]}%` }} />
      ))}
    </div>
  )
}
