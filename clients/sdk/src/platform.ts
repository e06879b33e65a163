// What the machine underneath gives: time, chance and digests. The browser's, a phone's, or a test's.

export interface Clock {
  /** Milliseconds since 1970. Never goes back, also when the device's clock is set back. */
  now(): number
  /** Runs once after so many milliseconds; the answer takes it back. */
  after(milliseconds: number, run: () => void): () => void
}

export interface Platform extends Clock {
  random(bytes: number): Uint8Array
  sha256(text: string): Promise<Uint8Array>
  /** Where sessions are cookies: whether there may be one. */
  mayBeHere?(): boolean
  /** Says when the network comes or goes, where the platform knows; the answer ends that. */
  onNetwork?(run: (online: boolean) => void): () => void
}

/** Small texts that are kept: a browser's storage, a phone's. */
export interface Store {
  get(key: string): string | undefined
  /** Without a text the key is forgotten. */
  set(key: string, text?: string): void
  keys(): string[]
}

/** `lasting` outlives the window, `window` a reload only. */
export interface Stores {
  lasting: Store
  window: Store
}

/** Waits that long by a clock. */
export const pause = (clock: Clock, milliseconds: number) => new Promise<void>((done) => void clock.after(milliseconds, done))
