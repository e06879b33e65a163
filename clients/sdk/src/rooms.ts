// The rooms that are open here: one session each, for as long as somebody holds it.
import type { RoomSession } from './room-session.ts'

/** `release` lets go; the last one closes the room. */
export interface HeldRoom {
  room: RoomSession
  release(): void
}

export class Rooms {
  readonly #open: (room: string) => RoomSession
  readonly #held = new Map<string, { room: RoomSession; holders: number }>()

  constructor(open: (room: string) => RoomSession) {
    this.#open = open
  }

  hold(id: string): HeldRoom {
    const held = this.#held.get(id) ?? { room: this.#open(id), holders: 0 }
    this.#held.set(id, held)
    held.holders++
    let holding = true
    return {
      room: held.room,
      release: () => {
        if (!holding) return
        holding = false
        if (--held.holders > 0 || this.#held.get(id) !== held) return
        this.#held.delete(id)
        held.room.close()
      },
    }
  }

  /** Closes all, whoever holds them. */
  close(): void {
    for (const { room } of this.#held.values()) room.close()
    this.#held.clear()
  }
}
