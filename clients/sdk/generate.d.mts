/** The generated files by their paths, as they should be. */
export function generated(): Promise<Record<string, string>>
