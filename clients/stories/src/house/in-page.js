// Runs in each page before its own scripts: keeps every peer connection and counts what its sockets carry, so that stories see what
// truly arrives. `storyRtc`, when set before, is laid over the configuration of each connection.
{
  const peers = []
  const wire = { sent: 0, received: 0, statistics: 0 }
  const Peer = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Peer {
    constructor(configuration, ...rest) {
      super({ ...configuration, ...window.storyRtc }, ...rest)
      this.credentials = new Set()
      peers.push(this)
    }
    async setLocalDescription(...words) {
      await super.setLocalDescription(...words)
      this.credentials.add(/^a=ice-ufrag:(.+)$/m.exec(this.localDescription?.sdp)?.[1])
    }
  }
  const open = () => peers.filter((peer) => peer.connectionState !== 'closed')
  const size = (data) => (typeof data === 'string' ? new TextEncoder().encode(data).length : (data.byteLength ?? data.size ?? 0))
  const Wire = window.WebSocket
  window.WebSocket = class extends Wire {
    constructor(...words) {
      super(...words)
      this.addEventListener('message', ({ data }) => (wire.received += size(data)))
    }
    send(data) {
      wire.sent += size(data)
      if (typeof data === 'string' && data.includes('"call:stats"')) wire.statistics += size(data)
      super.send(data)
    }
  }
  /** What arrived until now, over all connections that are open. */
  const media = async () => {
    const seen = { frames: 0, energy: 0, samples: 0, audioPackets: 0, videoPackets: 0, lost: 0, connections: 0, credentials: 0, states: [], pairs: [], delays: {} }
    for (const peer of open()) {
      seen.connections += 1
      seen.credentials += peer.credentials.size
      seen.states.push(peer.connectionState)
      const reports = new Map()
      for (const [id, report] of await peer.getStats()) reports.set(id, report)
      for (const report of reports.values()) {
        if (report.type === 'inbound-rtp' && report.kind === 'video') {
          seen.frames += report.framesDecoded ?? 0
          seen.videoPackets += report.packetsReceived ?? 0
        }
        if (report.type === 'inbound-rtp' && report.kind === 'audio') {
          seen.energy += report.totalAudioEnergy ?? 0
          seen.samples += report.totalSamplesReceived ?? 0
          seen.audioPackets += report.packetsReceived ?? 0
        }
        if (report.type === 'inbound-rtp') {
          seen.lost += report.packetsLost ?? 0
          // The playout's time by the sender's clock, which on one machine is ours: RFC 3550 counts from 1900.
          if (report.estimatedPlayoutTimestamp > 0) {
            seen.delays[report.kind] = report.timestamp - (report.estimatedPlayoutTimestamp - 2_208_988_800_000)
          }
        }
        if (report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded') {
          const [local, remote] = [reports.get(report.localCandidateId), reports.get(report.remoteCandidateId)]
          seen.pairs.push({ local: local?.candidateType, remote: remote?.candidateType, rtt: report.currentRoundTripTime })
        }
      }
    }
    return seen
  }
  /** Whether it is a screen that is sent. */
  const screen = () => open().some((peer) => peer.getSenders().some(({ track }) => track?.readyState === 'live' && track.getSettings().displaySurface))
  /** What is sent: as it was asked of the device, as it came, and how the connection bounds it. */
  const sending = () =>
    open().flatMap((peer) =>
      peer.getSenders().flatMap((sender) => {
        const { track } = sender
        return track ? [{ kind: track.kind, asked: track.getConstraints(), got: track.getSettings(), encodings: sender.getParameters().encodings }] : []
      }),
    )
  Object.assign(window, { story: { media, screen, sending, wire: () => ({ ...wire }), peers } })
}
