// The ways that a connection could take, by the kinds of candidates that the browser finds.
import type { IceServer } from '@carillon/sdk'
import { found, type Finding } from './finding.ts'

export interface Ways {
  host: number
  srflx: number
  relay: number
}

const PATIENCE = 6000

export function ways({ host, srflx, relay }: Ways, named: boolean): Finding {
  const figures = { host, srflx, relay }
  if (relay > 0) return found('networkRelay', figures)
  if (host + srflx === 0) return found('networkNone', figures)
  if (named) return found('networkRelayAway', figures)
  return found(srflx > 0 ? 'networkOut' : 'networkHome', figures)
}

/** Until the browser has found all, or nothing more comes. */
export async function gathered(servers: readonly IceServer[]): Promise<Ways> {
  const ways: Ways = { host: 0, srflx: 0, relay: 0 }
  const connection = new RTCPeerConnection({ iceServers: servers as RTCIceServer[] })
  try {
    connection.createDataChannel('way')
    const all = new Promise<void>((done) => {
      setTimeout(done, PATIENCE)
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (!candidate) return done()
        const kind = candidate.type ?? / typ (\w+)/.exec(candidate.candidate)?.[1]
        if (kind === 'host' || kind === 'srflx' || kind === 'relay') ways[kind]++
      })
    })
    await connection.setLocalDescription(await connection.createOffer())
    await all
    return ways
  } finally {
    connection.close()
  }
}
