// On or off, at once.
import './options.css'

interface Props {
  label: string
  help?: string
  on: boolean
  onChange: (on: boolean) => void
}

export function Toggle({ label, help, on, onChange }: Props) {
  return (
    <label className="toggle">
      <input type="checkbox" role="switch" className="unseen" checked={on} onChange={(event) => onChange(event.target.checked)} />
      <span className="toggle-track" />
      <span className="toggle-words">
        {label}
        {help && <span className="small quiet">{help}</span>}
      </span>
    </label>
  )
}
