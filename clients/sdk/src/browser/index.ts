// What a browser gives to the client.
export { browserPlatform } from './platform.ts'
export { browserRtc } from './rtc.ts'
export { browserStores } from './stores.ts'
