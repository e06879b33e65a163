// One snapshot of a leg out of a peer connection's statistics (W3C webrtc-stats).
import type { Stat } from './rtc.ts'
import type { CandidateType, Flow, Snapshot, VideoFlow } from './wire.ts'

const CANDIDATES = ['host', 'srflx', 'prflx', 'relay']

export function snapshotOf(stats: readonly Stat[], at: number): Snapshot {
  const byId = new Map(stats.map((stat) => [stat.id, stat]))
  const flow = (kind: 'audio' | 'video'): { flow: Flow; incoming: Stat | undefined } | undefined => {
    const of = (type: string) => streams(stats, type, kind)[0]
    const [incoming, outgoing] = [of('inbound-rtp'), of('outbound-rtp')]
    if (!incoming && !outgoing) return undefined
    const codec = byId.get(String(outgoing?.['codecId'] ?? incoming?.['codecId']))?.['mimeType']
    return {
      incoming,
      flow: {
        ...(typeof codec === 'string' && { codec }),
        bytesSent: number(outgoing, 'bytesSent'),
        bytesReceived: number(incoming, 'bytesReceived'),
        packetsSent: number(outgoing, 'packetsSent'),
        packetsReceived: number(incoming, 'packetsReceived'),
        packetsLost: number(incoming, 'packetsLost'), // below zero when packets were doubled on the way
        jitter: number(incoming, 'jitter'),
      },
    }
  }
  const [audio, video] = [flow('audio'), flow('video')]
  const pair = selectedPair(stats, byId)
  const candidate = (side: 'localCandidateId' | 'remoteCandidateId') => {
    const type = byId.get(String(pair?.[side]))?.['candidateType']
    return CANDIDATES.includes(type as string) ? (type as CandidateType) : undefined
  }
  const [local, remote] = [candidate('localCandidateId'), candidate('remoteCandidateId')]
  const rtt = pair?.['currentRoundTripTime'] ?? stats.find(({ type }) => type === 'remote-inbound-rtp')?.['roundTripTime']
  return {
    at,
    ...(audio && { audio: audio.flow }),
    ...(video && { video: pictures(video.flow, video.incoming) }),
    ...(typeof rtt === 'number' && rtt >= 0 && { rtt }),
    ...(local && { localCandidate: local }),
    ...(remote && { remoteCandidate: remote }),
  }
}

function pictures(flow: Flow, incoming: Stat | undefined): VideoFlow {
  return {
    ...flow,
    framesDecoded: number(incoming, 'framesDecoded'),
    framesPerSecond: number(incoming, 'framesPerSecond'),
    frameWidth: number(incoming, 'frameWidth'),
    frameHeight: number(incoming, 'frameHeight'),
  }
}

/** How what we send fares. */
export interface Uplink {
  /** The share that did not reach the other side, as it says. */
  loss: number
  /** Bits a second that the connection believes it can carry, while a picture is sent. */
  room?: number
}

export function uplinkOf(stats: readonly Stat[]): Uplink {
  const losses = stats.filter(({ type }) => type === 'remote-inbound-rtp').map((stat) => number(stat, 'fractionLost'))
  const room = selectedPair(stats, new Map(stats.map((stat) => [stat.id, stat])))?.['availableOutgoingBitrate']
  const pictured = number(streams(stats, 'outbound-rtp', 'video')[0], 'framesPerSecond') > 0
  return { loss: Math.max(0, ...losses), ...(pictured && typeof room === 'number' && { room }) }
}

/** In the order of their lines: the camera before the screen. */
function streams(stats: readonly Stat[], wanted: string, kind: string): Stat[] {
  const line = (stat: Stat) => Number(stat['mid']) || 0
  return stats.filter((stat) => stat.type === wanted && (stat['kind'] ?? stat['mediaType']) === kind).sort((a, b) => line(a) - line(b))
}

function selectedPair(stats: readonly Stat[], byId: Map<string, Stat>): Stat | undefined {
  const transport = stats.find(({ type }) => type === 'transport')
  const pairs = stats.filter(({ type, state }) => type === 'candidate-pair' && state === 'succeeded')
  return (
    byId.get(String(transport?.['selectedCandidatePairId'])) ??
    pairs.find((pair) => pair['selected'] === true) ?? // Firefox's own
    pairs.find((pair) => pair['nominated'] === true)
  )
}

function number(stat: Stat | undefined, name: string): number {
  const value = stat?.[name]
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : 0
}
