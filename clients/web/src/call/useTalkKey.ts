// Push-to-talk: whoever is muted is heard for as long as Space is held, and stays muted.
import { useEffect } from 'react'
import { media } from '../app/carillon.ts'
import { typing } from './keys.ts'

export function useTalkKey(active: boolean): void {
  useEffect(() => {
    if (!active) return
    let held = false
    let byKeyboard = false
    const point = () => (byKeyboard = false)
    const take = (event: Event) => {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    const down = (event: KeyboardEvent) => {
      if (event.key === 'Tab' || event.key.startsWith('Arrow')) byKeyboard = true
      if (event.key !== ' ') return
      if (held) return take(event)
      if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
      if (media.state.get().microphone.on || typing(event.target) || (byKeyboard && control(event.target))) return
      held = true
      media.talk(true)
      take(event)
    }
    const release = () => {
      if (held) media.talk(false)
      held = false
    }
    const up = (event: KeyboardEvent) => {
      if (event.key !== ' ' || !held) return
      release()
      take(event)
    }
    // Before what is focused hears it: a button that was clicked a moment ago would be pressed again.
    addEventListener('pointerdown', point, true)
    addEventListener('keydown', down, true)
    addEventListener('keyup', up, true)
    addEventListener('blur', release)
    document.addEventListener('visibilitychange', release)
    return () => {
      release()
      removeEventListener('pointerdown', point, true)
      removeEventListener('keydown', down, true)
      removeEventListener('keyup', up, true)
      removeEventListener('blur', release)
      document.removeEventListener('visibilitychange', release)
    }
  }, [active])
}

/** Whoever came to a control by the keyboard presses it with Space. */
const control = (target: EventTarget | null) => target instanceof Element && target.closest('button, a[href], summary, [role="button"]') !== null
