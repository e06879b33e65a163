// A word to look for.
import { Input } from 'react-aria-components/Input'
import { SearchField } from 'react-aria-components/SearchField'
import './field.css'

export function Search({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <SearchField className="search" aria-label={label} value={value} onChange={onChange}>
      <Input className="input" placeholder={label} />
    </SearchField>
  )
}
