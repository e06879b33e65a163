// One client of one server: who we are, the line, the rooms, the calls, and what this device records.
import { Api } from './api.ts'
import { Calls } from './calls.ts'
import { callDrawer, choiceDrawer, emptyOutboxes, outboxDrawer } from './drawers.ts'
import type { Fetch } from './http.ts'
import { Link } from './link.ts'
import { LocalMedia } from './local-media.ts'
import type { Platform, Stores } from './platform.ts'
import { RoomSession } from './room-session.ts'
import { Rooms } from './rooms.ts'
import type { RtcPlatform } from './rtc.ts'
import { Session } from './session.ts'
import { TokenKeeper } from './token-keeper.ts'

export interface ClientOptions {
  platform: Platform
  rtc: RtcPlatform
  stores: Stores
  fetch: Fetch
  /** The server; the page's own when absent. */
  url?: string
  /** By tokens, for apps that have no cookie. */
  tokens?: boolean
  /** How this device is called in the list of sessions. */
  deviceName?: string
}

export class Client {
  readonly api: Api
  readonly session: Session
  readonly link: Link
  readonly media: LocalMedia
  readonly rooms: Rooms
  readonly calls: Calls
  readonly #stores: Stores
  #person: string | undefined
  readonly #ends: (() => void)[]

  constructor({ platform, rtc, stores, fetch, url, tokens, deviceName }: ClientOptions) {
    const server = { fetch, ...(url !== undefined && { url }) }
    const keeper = tokens ? new TokenKeeper(server, stores.lasting, platform) : undefined
    const token = keeper && { token: keeper.fresh }
    this.#stores = stores
    this.api = new Api({ ...server, ...token }, platform)
    const farewell = () => this.calls.leave()
    this.session = new Session({ api: this.api, clock: platform, store: stores.lasting, tokens: keeper, deviceName, mayBeHere: keeper ? undefined : platform.mayBeHere, farewell })
    this.link = new Link({ ...(url !== undefined && { url }), ...token, clock: platform })
    this.media = new LocalMedia(rtc, choiceDrawer(stores))
    this.rooms = new Rooms((room) => new RoomSession(room, this.link, this.api, platform, outboxDrawer(stores.lasting, this.#person ?? '')))
    const drawer = callDrawer(stores.window)
    this.calls = new Calls({ line: this.link, platform, rtc, media: this.media, drawer })
    this.#ends = [
      this.session.state.watch(() => this.#sessionChanged()),
      this.link.state.watch(() => {
        const { ended } = this.link.state.get()
        if (ended && this.#person !== undefined) this.session.end(ended)
      }),
      ...(platform.onNetwork ? [platform.onNetwork((online) => this.link.network(online))] : []),
    ]
  }

  /** Finds out who we are, and connects. */
  async start(): Promise<void> {
    await this.session.resume()
  }

  close(): void {
    for (const end of this.#ends) end()
    this.#leave()
  }

  #sessionChanged(): void {
    const state = this.session.state.get()
    const person = state.kind === 'in' ? state.person.id : undefined
    if (person === this.#person) return
    if (this.#person !== undefined) {
      // Signed out here: what was not sent must not be found by the next one. A session that ended by itself may be resumed.
      if (state.kind === 'out' && !state.why) emptyOutboxes(this.#stores.lasting, this.#person)
      this.#leave()
    }
    this.#person = person
    if (person !== undefined) this.link.open()
  }

  #leave(): void {
    this.calls.close()
    this.rooms.close()
    this.link.close()
  }
}
