// Showing the screen, and a word when that did not work.
import { useEffect, useState } from 'react'
import { media } from '../app/carillon.ts'

const PASSING = 10_000

export function useShare(): { share: (on: boolean) => void; failed: boolean } {
  const [failed, setFailed] = useState(0)
  useEffect(() => {
    if (failed === 0) return
    const timer = setTimeout(() => setFailed(0), PASSING)
    return () => clearTimeout(timer)
  }, [failed])
  const share = (on: boolean) => {
    setFailed(0)
    if (!on) return media.stopScreen()
    media.shareScreen().catch((thrown: unknown) => {
      // Nothing was chosen. Where the system forbids it, this looks the same.
      if ((thrown as { name?: string } | null)?.name !== 'NotAllowedError') setFailed(Date.now())
    })
  }
  return { share, failed: failed > 0 }
}
