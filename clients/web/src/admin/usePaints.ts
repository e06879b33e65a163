// The colours that a drawing is made with, as the page has them now: a canvas does not know `light-dark()`.
import { useEffect, useState, type RefObject } from 'react'

export interface Paints {
  ink: string
  quiet: string
  hairline: string
  lines: string[]
}

const LINES = ['--metal', '--info', '--live', '--danger']

export function usePaints(place: RefObject<HTMLElement | null>): Paints | undefined {
  const [paints, setPaints] = useState<Paints>()
  useEffect(() => {
    const look = () => place.current && setPaints(mixed(place.current))
    look()
    let frame = 0
    // Asked for a colour while the system turns dark, Chromium keeps some of the page as it was.
    const soon = () => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => (frame = requestAnimationFrame(look)))
    }
    const system = matchMedia('(prefers-color-scheme: dark)')
    const chosen = new MutationObserver(soon)
    system.addEventListener('change', soon)
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      cancelAnimationFrame(frame)
      system.removeEventListener('change', soon)
      chosen.disconnect()
    }
  }, [place])
  return paints
}

function mixed(place: HTMLElement): Paints {
  const drop = document.createElement('i')
  drop.style.transitionProperty = 'none' // read at once, it would still be the colour before
  place.append(drop)
  const [ink, quiet, hairline, ...lines] = ['--ink', '--quiet', '--hairline', ...LINES].map((name) => {
    drop.style.color = `var(${name})`
    return getComputedStyle(drop).color
  }) as [string, string, string, ...string[]]
  drop.remove()
  return { ink, quiet, hairline, lines }
}
