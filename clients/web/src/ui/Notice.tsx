// Something to know: what went wrong and what helps, or a hint.
import { type ReactNode } from 'react'
import { Icon } from './Icon.tsx'
import './notice.css'

export function Notice({ tone = 'danger', title, children }: { tone?: 'danger' | 'info'; title?: string; children?: ReactNode }) {
  return (
    <div className={`notice ${tone}`} role={tone === 'danger' ? 'alert' : undefined}>
      <Icon name={tone === 'danger' ? 'alert' : 'bell'} size={18} />
      <div className="notice-words">
        {title && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  )
}
