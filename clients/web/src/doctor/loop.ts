// Two ends of a connection in this page: a moving picture and a tone go in at the one, and must come out at the other.
import { found, type Finding } from './finding.ts'

const PATIENCE = 6000
const ENOUGH = 5

export async function loop(): Promise<Finding> {
  if (!('RTCPeerConnection' in window)) return found('loopStopped')
  const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()]
  const source = synthetic()
  const ears = listening()
  try {
    for (const [one, other] of [[here, there], [there, here]] as const) {
      one.addEventListener('icecandidate', ({ candidate }) => candidate && void other.addIceCandidate(candidate).catch(() => {}))
    }
    there.addEventListener('track', ({ track }) => ears.hear(track))
    for (const track of source.stream.getTracks()) here.addTrack(track, source.stream)
    await here.setLocalDescription(await here.createOffer())
    await there.setRemoteDescription(here.localDescription!)
    await there.setLocalDescription(await there.createAnswer())
    await here.setRemoteDescription(there.localDescription!)
    return await arrived(there, ears.heard)
  } catch {
    return found('loopStopped')
  } finally {
    source.stop()
    ears.stop()
    here.close()
    there.close()
  }
}

async function arrived(there: RTCPeerConnection, heard: () => boolean): Promise<Finding> {
  const begun = performance.now()
  let frames = 0
  let packets = 0
  while (performance.now() - begun < PATIENCE) {
    await new Promise((next) => setTimeout(next, 250))
    frames = packets = 0
    for (const stat of (await there.getStats()).values() as Iterable<Record<string, unknown>>) {
      if (stat['type'] !== 'inbound-rtp') continue
      if (stat['kind'] === 'video') frames = Number(stat['framesDecoded'] ?? 0)
      else packets = Number(stat['packetsReceived'] ?? 0)
    }
    if (frames >= ENOUGH && heard()) return found('loopRuns', { frames, packets, heard: true })
  }
  const figures = { frames, packets, heard: heard() }
  if (frames >= ENOUGH) return found('loopSilent', figures)
  return found(heard() ? 'loopBlind' : 'loopStopped', figures)
}

function synthetic() {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 })
  const paper = canvas.getContext('2d')
  let step = 0
  const timer = setInterval(() => {
    if (!paper) return
    paper.fillStyle = `hsl(${(step += 12)} 60% 50%)`
    paper.fillRect(0, 0, 320, 180)
  }, 50)
  const audio = new AudioContext()
  void audio.resume()
  const [tone, way] = [new OscillatorNode(audio, { frequency: 440 }), audio.createMediaStreamDestination()]
  tone.connect(way)
  tone.start()
  const stream = new MediaStream([...canvas.captureStream(20).getTracks(), ...way.stream.getTracks()])
  const stop = () => {
    clearInterval(timer)
    for (const track of stream.getTracks()) track.stop()
    void audio.close()
  }
  return { stream, stop }
}

/** Listens without being heard. */
function listening() {
  const audio = new AudioContext()
  const meter = new AnalyserNode(audio)
  const player = Object.assign(new Audio(), { muted: true })
  const wave = new Float32Array(meter.fftSize)
  void audio.resume()
  return {
    hear(track: MediaStreamTrack) {
      if (track.kind !== 'audio') return
      const stream = new MediaStream([track])
      player.srcObject = stream // without it Chromium decodes nothing
      void player.play().catch(() => {})
      audio.createMediaStreamSource(stream).connect(meter)
    },
    heard() {
      meter.getFloatTimeDomainData(wave)
      return wave.some((value) => Math.abs(value) > 0.01)
    },
    stop() {
      player.srcObject = null
      void audio.close()
    },
  }
}
