// On or off, at once.
import { useId } from 'react'
import './options.css'

interface Props {
  label: string
  help?: string
  on: boolean
  onChange: (on: boolean) => void
}

export function Toggle({ label, help, on, onChange }: Props) {
  const id = useId()
  return (
    <label className="toggle">
      <input
        type="checkbox"
        role="switch"
        aria-labelledby={id}
        aria-describedby={help && `${id}help`}
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="toggle-track" />
      <span className="toggle-words">
        <span id={id}>{label}</span>
        {help && (
          <span id={`${id}help`} className="small quiet">
            {help}
          </span>
        )}
      </span>
    </label>
  )
}
