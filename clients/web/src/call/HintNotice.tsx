// A hint, with what helps, and the word that it is not needed again.
import { type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { wantHints, type Hint } from './hints.ts'

export function HintNotice({ hint, title, children, action }: { hint: Hint; title?: string; children: ReactNode; action?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Notice tone="info" {...(title !== undefined && { title })}>
      <p role="status">{children}</p>
      <span className="hint-buttons">
        {action}
        <Button look="bare" small onPress={() => wantHints(false, [hint])}>
          {t('devices.hintOff')}
        </Button>
      </span>
    </Notice>
  )
}
