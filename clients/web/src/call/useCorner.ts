// One's own picture stands in one of four corners: moved by pointer or by arrow keys, and remembered.
import { useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react'
import { flushSync } from 'react-dom'
import { read, write } from '../app/tastes.ts'

const corners = ['topLeft', 'topRight', 'bottomRight', 'bottomLeft'] as const
export type Corner = (typeof corners)[number]

const corner = (top: boolean, left: boolean): Corner => (top ? (left ? 'topLeft' : 'topRight') : left ? 'bottomLeft' : 'bottomRight')
const isTop = (one: Corner) => one.startsWith('top')
const isLeft = (one: Corner) => one.endsWith('Left')

/** Less than this is a trembling hand. */
const LEAST = 4

export interface Grip {
  onPointerDown: (event: PointerEvent) => void
  onPointerMove: (event: PointerEvent) => void
  onPointerUp: (event: PointerEvent) => void
  onPointerCancel: (event: PointerEvent) => void
  onKeyDown: (event: KeyboardEvent) => void
  onClick: (event: { detail: number }) => void
}

export function useCorner(tile: RefObject<HTMLElement | null>, onMoved: (to: Corner) => void): { at: Corner; grip: Grip } {
  const [at, setAt] = useState<Corner>(() => {
    const kept = read<Corner>('self-corner', 'bottomRight')
    return corners.includes(kept) ? kept : 'bottomRight'
  })
  const drag = useRef<{ x: number; y: number; moved: boolean } | undefined>(undefined)

  const go = (to: Corner) => {
    const element = tile.current
    const from = element?.getBoundingClientRect()
    element?.style.removeProperty('translate')
    flushSync(() => setAt(to))
    if (element && from) glide(element, from)
    if (to === at) return
    write('self-corner', to)
    onMoved(to)
  }
  const drop = (moved: boolean) => {
    const element = tile.current
    drag.current = undefined
    if (!element) return
    const [own, stage] = [element.getBoundingClientRect(), element.parentElement!.getBoundingClientRect()]
    if (moved) go(corner(own.top + own.height / 2 < stage.top + stage.height / 2, own.left + own.width / 2 < stage.left + stage.width / 2))
    else element.style.removeProperty('translate')
  }
  return {
    at,
    grip: {
      onPointerDown(event) {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { x: event.clientX, y: event.clientY, moved: false }
      },
      onPointerMove({ clientX, clientY }) {
        const from = drag.current
        if (!from || !tile.current) return
        const [x, y] = [clientX - from.x, clientY - from.y]
        from.moved ||= Math.hypot(x, y) >= LEAST
        if (from.moved) tile.current.style.translate = `${x}px ${y}px`
      },
      onPointerUp: () => drag.current && drop(drag.current.moved),
      onPointerCancel: () => drag.current && drop(false),
      onKeyDown(event) {
        const to = {
          ArrowUp: corner(true, isLeft(at)), ArrowDown: corner(false, isLeft(at)),
          ArrowLeft: corner(isTop(at), true), ArrowRight: corner(isTop(at), false),
        }[event.key]
        if (!to) return
        event.preventDefault()
        go(to)
      },
      // Pressed by keyboard, or by what speaks for one: round the stage.
      onClick: ({ detail }) => detail === 0 && go(corners[(corners.indexOf(at) + 1) % corners.length]!),
    },
  }
}

function glide(element: HTMLElement, from: DOMRect): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
  const to = element.getBoundingClientRect()
  element.animate([{ translate: `${from.left - to.left}px ${from.top - to.top}px` }, { translate: '0 0' }], { duration: 180, easing: 'ease-out' })
}
