// A place where nothing is yet: what it is for, and the first step.
import { type ReactNode } from 'react'
import { Icon, type IconName } from './Icon.tsx'
import './notice.css'

export function Blank({ icon, title, level = 2, children }: { icon?: IconName; title: string; level?: 1 | 2; children?: ReactNode }) {
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <div className="blank">
      {icon && <Icon name={icon} size={32} />}
      <Heading>{title}</Heading>
      {children}
    </div>
  )
}
