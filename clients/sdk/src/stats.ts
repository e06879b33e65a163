// One snapshot of a leg out of a peer connection's statistics (W3C webrtc-stats).
import type { Stat } from './rtc.ts'
import type { CandidateType, Flow, Snapshot, VideoFlow } from './wire.ts'

const CANDIDATES = ['host', 'srflx', 'prflx', 'relay']

export function snapshotOf(stats: readonly Stat[], at: number): Snapshot {
  const byId = new Map(stats.map((stat) => [stat.id, stat]))
  const flow = (kind: 'audio' | 'video'): { flow: Flow; incoming: Stat | undefined } | undefined => {
    const of = (type: string) => stats.find((stat) => stat.type === type && (stat['kind'] ?? stat['mediaType']) === kind)
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
