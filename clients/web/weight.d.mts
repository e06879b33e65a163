// What weight.mjs says of the built app.
/** Kilobytes of gzip: what a page may need, what it needs in all, and what of it no other page does. */
export interface Weight {
  page: string
  limit: number
  total: number
  own: number
}

export function weigh(dist?: string): Weight[]
