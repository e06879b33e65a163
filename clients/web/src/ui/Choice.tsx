// One of several, from the browser's own list: every phone and keyboard knows it.
import { useId } from 'react'
import { Icon, type IconName } from './Icon.tsx'
import './choice.css'
import './field.css'

interface Props {
  label: string
  icon?: IconName
  options: readonly { id: string; name: string }[]
  chosen: string | undefined
  /** What stands there while nothing is chosen. */
  none?: string
  onChoose: (id: string) => void
}

export function Choice({ label, icon, options, chosen, none, onChoose }: Props) {
  const id = useId()
  const known = options.some((option) => option.id === chosen)
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="choice">
        {icon && <Icon name={icon} size={18} />}
        <select id={id} value={known ? chosen : ''} disabled={options.length === 0} onChange={(event) => onChoose(event.target.value)}>
          {!known && (
            <option value="" disabled>
              {none}
            </option>
          )}
          {options.map((option) => (
            <option key={option.id} value={option.id}>
              {option.name}
            </option>
          ))}
        </select>
        <Icon name="chevron" size={16} />
      </div>
    </div>
  )
}
