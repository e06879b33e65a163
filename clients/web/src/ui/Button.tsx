// What one presses. `primary` once a screen; `danger` for what ends something.
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button'
import { ToggleButton as AriaToggleButton, type ToggleButtonProps } from 'react-aria-components/ToggleButton'
import { Icon, type IconName } from './Icon.tsx'
import './button.css'

interface Look {
  look?: 'primary' | 'plain' | 'bare' | 'danger' | 'live'
  icon?: IconName
  /** A picture without words: give it an `aria-label`. */
  round?: boolean
  small?: boolean
}

export const lookOf = (look: Look['look'] = 'plain', round = false, small = false) =>
  ['button', look, round && 'round', small && 'small-button'].filter(Boolean).join(' ')

/** `isPending` only looks so: whoever acts takes care not to act twice. */
export function Button({ look, icon, round, small, isPending, children, ...rest }: ButtonProps & Look) {
  return (
    <AriaButton {...rest} className={lookOf(look, round, small)} data-busy={isPending || undefined}>
      {(state) => (
        <>
          {icon && <Icon name={icon} size={small ? 16 : 20} />}
          {typeof children === 'function' ? children({ ...state, defaultChildren: null }) : children}
        </>
      )}
    </AriaButton>
  )
}

export function ToggleButton({ look, icon, round, small, children, ...rest }: ToggleButtonProps & Look) {
  return (
    <AriaToggleButton {...rest} className={lookOf(look, round, small)}>
      {(state) => (
        <>
          {icon && <Icon name={icon} size={small ? 16 : 20} />}
          {typeof children === 'function' ? children({ ...state, defaultChildren: null }) : children}
        </>
      )}
    </AriaToggleButton>
  )
}
