// The one client of this page.
import { Client } from '@carillon/sdk'
import { browserPlatform, browserRtc, browserStores } from '@carillon/sdk/browser'
import { deviceName } from './device-name.ts'

const client = new Client({
  platform: browserPlatform(),
  rtc: browserRtc(),
  stores: browserStores(),
  fetch: (url, init) => fetch(url, init),
  deviceName: deviceName(navigator.userAgent),
})

export const { api, session, link, media, rooms, calls } = client
export const startClient = () => client.start()
