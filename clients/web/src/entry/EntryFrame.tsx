// The sheet that whoever is not yet in sees: the mark, a title, one thing to do.
import { type ReactNode } from 'react'
import { Mark } from '../ui/Mark.tsx'
import './entry.css'

export function EntryFrame({ title, intro, wide = false, children }: { title: string; intro?: ReactNode; wide?: boolean; children?: ReactNode }) {
  return (
    <main className={wide ? 'entry wide' : 'entry'}>
      <Mark />
      <div className="entry-sheet">
        <div className="entry-head">
          <h1>{title}</h1>
          {intro && <p className="quiet">{intro}</p>}
        </div>
        {children}
      </div>
    </main>
  )
}
