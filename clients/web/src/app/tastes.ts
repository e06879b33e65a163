// What a person likes in this browser: language, theme, sounds. A browser that keeps nothing only forgets.

export function read<T>(key: string, otherwise: T): T {
  try {
    const kept = localStorage.getItem(`carillon/${key}`)
    return kept === null ? otherwise : (JSON.parse(kept) as T)
  } catch {
    return otherwise
  }
}

export function write(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(`carillon/${key}`)
    else localStorage.setItem(`carillon/${key}`, JSON.stringify(value))
  } catch {
    // Full, or forbidden.
  }
}
