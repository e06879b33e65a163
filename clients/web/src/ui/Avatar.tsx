// A person's initials in a circle, always in the same one of a few quiet colours.
import './avatar.css'

const HUES = 6

export function Avatar({ name, size = 36 }: { name: string; size?: number }) {
  const hue = [...name].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % HUES
  return (
    <span className="avatar" data-hue={hue} aria-hidden="true" style={{ width: size, height: size, fontSize: size * 0.4 }}>
      {initials(name)}
    </span>
  )
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0]!, words.at(-1)!] : words
  return letters.map((word) => [...word][0] ?? '').join('').toLocaleUpperCase()
}
