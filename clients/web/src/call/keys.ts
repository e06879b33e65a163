// The keys of a call. Those without Ctrl can be turned off, for whoever types by voice or by accident (WCAG 2.1.4).
import { useEffect, useRef, useState } from 'react'
import { read, write } from '../app/tastes.ts'

export const keys = { microphone: 'Ctrl+D', camera: 'Ctrl+E', share: 'S', chat: 'C', float: 'P', help: '?' } as const

export type Deed = 'share' | 'chat' | 'float' | 'help'

const deeds: Record<string, Deed> = { s: 'share', c: 'chat', p: 'float', '?': 'help' }

const wanted = () => read('single-keys', true)

export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(wanted)
  return [on, (now) => (write('single-keys', now ? undefined : false), setOn(now))]
}

export function useCallKeys(run: (deed: Deed) => void): void {
  const latest = useRef(run)
  latest.current = run
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const deed = deeds[event.key.toLowerCase()]
      if (!deed || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented) return
      if (!wanted() || typing(event.target)) return
      event.preventDefault()
      latest.current(deed)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}

/** The keys belong to what is focused: a field, a menu, a window. */
export function typing(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return true
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null
}
