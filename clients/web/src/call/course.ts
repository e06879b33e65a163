// How a call went as a whole: for how long its connection was good, fair or poor, and how often it broke.
import type { CallSession, CallSessionState, QualityWord } from '@carillon/sdk'

export interface Course {
  /** Milliseconds. */
  lasted: Record<Exclude<QualityWord, 'unknown'>, number>
  broke: number
}

export type CourseWord = 'good' | 'uneven' | 'poor'

/** What of a call's time makes it more than a moment. */
const SHARE = 0.2
/** Shorter, nothing can be said of it. */
const ENOUGH = 5000

/** In a word, where it was measured for long enough. */
export function wordOf({ lasted: { good, fair, poor } }: Course): CourseWord | undefined {
  const whole = good + fair + poor
  if (whole < ENOUGH) return undefined
  if (poor > SHARE * whole) return 'poor'
  return fair + poor > SHARE * whole ? 'uneven' : 'good'
}

export class Follower {
  readonly course: Course = { lasted: { good: 0, fair: 0, poor: 0 }, broke: 0 }
  #word: QualityWord = 'unknown'
  #since = 0
  #phase: CallSessionState['phase'] = 'entering'

  see(now: number, { phase, quality }: Pick<CallSessionState, 'phase' | 'quality'>): void {
    if (this.#word !== 'unknown') this.course.lasted[this.#word] += now - this.#since
    if (phase === 'reconnecting' && this.#phase === 'live') this.course.broke++
    this.#phase = phase
    this.#word = phase === 'live' ? quality.word : 'unknown'
    this.#since = now
  }
}

const followers = new WeakMap<CallSession, Follower>()

/** Follows a call from now on, once. */
export function follow(session: CallSession): void {
  if (followers.has(session)) return
  const follower = new Follower()
  followers.set(session, follower)
  const see = () => follower.see(performance.now(), session.state.get())
  see()
  const end = session.state.watch(() => {
    see()
    if (session.state.get().phase === 'ended') end()
  })
}

export const courseOf = (session: CallSession | undefined): Course | undefined => session && followers.get(session)?.course
