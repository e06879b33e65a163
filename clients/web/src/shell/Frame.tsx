// A page in columns: a list, the content, and a panel that opens beside and never over. On a phone, one of them at a time.
import { type ReactNode } from 'react'
import './frame.css'

interface Props {
  list: ReactNode
  panel?: ReactNode
  /** Which one a narrow window shows. */
  front: 'list' | 'content' | 'panel'
  children: ReactNode
}

export function Frame({ list, panel, front, children }: Props) {
  return (
    <div className="frame" data-front={front}>
      <div className="frame-list">{list}</div>
      <div className="frame-content">{children}</div>
      {panel && <div className="frame-panel">{panel}</div>}
    </div>
  )
}
