// The live calls that the server told of, kept up to date by what it tells of their parts. Sans-IO.
import type { Pushes } from './events.ts'
import type { CallView } from './wire.ts'

export class LiveCalls {
  all: readonly CallView[] = []
  /** Told before the line was lost, and not since. */
  readonly #doubted = new Set<string>()

  get(id: string): CallView | undefined {
    return this.all.find((call) => call.id === id)
  }

  told(call: CallView): void {
    this.#doubted.delete(call.id)
    if (call.state === 'ended') return this.ended(call.id)
    if (this.get(call.id) === call) return
    this.all = this.get(call.id) ? this.all.map((one) => (one.id === call.id ? call : one)) : [...this.all, call]
  }

  joined({ call, participant }: Pushes['call:joined']): void {
    this.#amend(call, (view) => {
      const participants = [...view.participants.filter(({ id }) => id !== participant.id), participant]
      // Who called is in it from the start: with a second it is answered.
      const state = participants.filter(({ state }) => state !== 'ringing' && state !== 'left').length > 1 ? 'active' : view.state
      return { ...view, state, participants }
    })
  }

  left({ call, participant, reason }: Pushes['call:left']): void {
    this.#amend(call, (view) => ({
      ...view,
      participants: view.participants.map((one) => (one.id === participant ? { ...one, state: 'left', leftReason: reason } : one)),
    }))
  }

  toggled({ call, participant, audio, video }: Pushes['call:media-toggled']): void {
    this.#amend(call, (view) => ({
      ...view,
      participants: view.participants.map((one) => (one.id === participant ? { ...one, audio, video } : one)),
    }))
  }

  ended(id: string): void {
    this.#doubted.delete(id)
    if (this.get(id)) this.all = this.all.filter((call) => call.id !== id)
  }

  /** A new connection: the server tells afresh what still is. */
  doubt(): void {
    for (const { id } of this.all) this.#doubted.add(id)
  }

  /** It has told by now: the rest is over. */
  settle(): void {
    for (const id of [...this.#doubted]) this.ended(id)
  }

  clear(): void {
    this.all = []
    this.#doubted.clear()
  }

  #amend(id: string, change: (call: CallView) => CallView): void {
    if (this.get(id)) this.all = this.all.map((call) => (call.id === id ? change(call) : call))
    this.#doubted.delete(id)
  }
}
