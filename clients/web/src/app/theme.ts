// Light, dark, or as the system says.
import { read, write } from './tastes.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const themeNow = () => read<Theme>('theme', 'system')

export function wear(theme: Theme): void {
  const root = document.documentElement
  if (theme === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = theme
  write('theme', theme === 'system' ? undefined : theme)
}
