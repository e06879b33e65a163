// Which browser this is, as far as it matters where it hides the permissions of a page.

export type BrowserKind = 'chromium' | 'firefox' | 'safari' | 'safariPhone' | 'other'

export function browserOf(userAgent: string): BrowserKind {
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'safariPhone' // whatever its name, it is Safari's engine and Safari's buttons
  if (/Firefox\//.test(userAgent)) return 'firefox'
  if (/Chrom(e|ium)\//.test(userAgent)) return 'chromium'
  if (/Safari\//.test(userAgent)) return 'safari'
  return 'other'
}
