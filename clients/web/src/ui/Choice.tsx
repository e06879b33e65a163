// One of several, from a list that opens.
import { Button } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select, SelectValue } from 'react-aria-components/Select'
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
  hideLabel?: boolean
}

export function Choice({ label, icon, options, chosen, none, onChoose, hideLabel }: Props) {
  const known = options.some(({ id }) => id === chosen)
  return (
    <Select
      className="field"
      value={known ? chosen! : null}
      placeholder={none ?? ''}
      isDisabled={options.length === 0}
      onChange={(id) => id !== null && onChoose(String(id))}
      {...(hideLabel && { 'aria-label': label })}
    >
      {!hideLabel && <Label>{label}</Label>}
      <Button className="choice">
        {icon && <Icon name={icon} size={18} />}
        <SelectValue className="one-line choice-value">{({ selectedText, defaultChildren }) => selectedText || defaultChildren}</SelectValue>
        <Icon name="chevron" size={16} />
      </Button>
      <Popover className="popover choice-list" offset={4}>
        <ListBox items={options}>
          {(option) => (
            <ListBoxItem className="choice-option" id={option.id} textValue={option.name}>
              <span className="one-line">{option.name}</span>
              <Icon name="check" size={16} />
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}
