// The wordmark, and the bell drawn in one stroke.
import { Icon } from './Icon.tsx'

export function Mark() {
  return (
    <span className="mark">
      <Icon name="bell" size={24} />
      Carillon
    </span>
  )
}
