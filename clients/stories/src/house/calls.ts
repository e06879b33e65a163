// What calls are made of when no browser is there: descriptions and candidates that look like a browser's.
import { randomUUID } from 'node:crypto'

import type { CallView, Candidate, Description, Entered, Snapshot } from '@carillon/sdk'

import type { Line } from './line.ts'
import type { Person } from './people.ts'

const SDP = [
  'v=0', 'o=- 4611731400430051336 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0', 'a=msid-semantic: WMS',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', 'a=rtcp:9 IN IP4 0.0.0.0', 'a=ice-ufrag:4ZcD', 'a=ice-pwd:2/1muCWoOi3uLifh0NuRHlqv',
  `a=fingerprint:sha-256 ${Array(32).fill('7B').join(':')}`, 'a=setup:actpass', 'a=mid:0', 'a=sendrecv', 'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2', '',
].join('\r\n')

export const offer = (): Description => ({ type: 'offer', sdp: SDP })
export const answer = (): Description => ({ type: 'answer', sdp: SDP.replace('actpass', 'active') })
export const candidate = (port: number): Candidate => ({
  candidate: `candidate:1 1 UDP 2130706431 192.0.2.10 ${port} typ host`,
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: '4ZcD',
})

export const snapshot = (at: number, packets: number): Snapshot => ({
  at,
  rtt: 0.03,
  localCandidate: 'host',
  remoteCandidate: 'srflx',
  audio: {
    codec: 'audio/opus',
    ...{ bytesSent: packets * 80, bytesReceived: packets * 80, packetsSent: packets, packetsReceived: packets, packetsLost: 0, jitter: 0.004 },
  },
})

export const BOTH = { audio: true, video: true }

/** Ada calls Ben's account. */
export const call = (ada: Line, ben: Person): Promise<Entered> =>
  ada.ask('call:initiate', { account: ben.id, requestId: randomUUID(), media: BOTH })

export const join = (line: Line, one: CallView | string): Promise<Entered> =>
  line.ask('call:join', { call: typeof one === 'string' ? one : one.id, requestId: randomUUID(), media: BOTH })

/** Both are in: what each was answered. */
export async function meet(ada: Line, benLine: Line, ben: Person): Promise<[Entered, Entered]> {
  const first = await call(ada, ben)
  const told = await benLine.hears('call:initiated', (told) => told.call.id === first.call.id)
  const second = await join(benLine, told.call)
  await ada.hears('call:joined', (told) => told.participant.id === second.participant)
  return [first, second]
}
