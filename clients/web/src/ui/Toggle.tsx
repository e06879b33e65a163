// On or off, at once.
import { Switch } from 'react-aria-components/Switch'
import './options.css'

interface Props {
  label: string
  help?: string
  on: boolean
  onChange: (on: boolean) => void
}

export function Toggle({ label, help, on, onChange }: Props) {
  return (
    <Switch className="toggle" isSelected={on} onChange={onChange}>
      <span className="toggle-track" />
      <span className="toggle-words">
        {label}
        {help && <span className="small quiet">{help}</span>}
      </span>
    </Switch>
  )
}
