// One of a few, all of them in sight.
import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import './field.css'
import './options.css'

interface Props<K extends string> {
  label: string
  options: readonly { id: K; name: string }[]
  chosen: K
  onChoose: (id: K) => void
}

export function Options<K extends string>({ label, options, chosen, onChoose }: Props<K>) {
  return (
    <RadioGroup className="field" value={chosen} onChange={(id) => onChoose(id as K)} orientation="horizontal">
      <Label>{label}</Label>
      <div className="options">
        {options.map(({ id, name }) => (
          <Radio key={id} value={id} className="option">
            {name}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  )
}
