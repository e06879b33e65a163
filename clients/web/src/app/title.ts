// What the browser's tab says: the screen, or, more urgent, who is calling.
import { useEffect } from 'react'

let screen = ''
let urgent: string | undefined

const show = () => {
  document.title = [urgent ?? screen, 'Carillon'].filter(Boolean).join(' · ')
}

export function useTitle(title: string): void {
  useEffect(() => {
    screen = title
    show()
  }, [title])
}

export function useUrgentTitle(title: string | undefined): void {
  useEffect(() => {
    urgent = title
    show()
    return () => {
      urgent = undefined
      show()
    }
  }, [title])
}
