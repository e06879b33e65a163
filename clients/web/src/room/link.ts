// The address at which guests enter.

export const linkOf = (link: string) => `${location.origin}/r/${encodeURIComponent(link)}`
