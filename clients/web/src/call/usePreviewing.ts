// Takes the devices before a call, while somebody looks at the page: hidden, it lets go of them.
import { useEffect } from 'react'
import { media } from '../app/carillon.ts'

export function usePreviewing(): void {
  useEffect(() => {
    let release: (() => void) | undefined
    const look = () => {
      if (document.visibilityState === 'visible') release ??= media.open()
      else {
        release?.()
        release = undefined
      }
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      release?.()
    }
  }, [])
}
