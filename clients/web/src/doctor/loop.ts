// Two ends of a connection in this page: a moving picture and a tone go in at the one, and must come out at the other.
import { found, type Finding } from './finding.ts'

const PATIENCE = 6000
const ENOUGH = 5

export async function loop(): Promise<Finding> {
  if (!('RTCPeerConnection' in window)) return found('loopStopped')
  const ends: Ends = []
  try {
    const [here, there] = [connection(ends), connection(ends)]
    const source = synthetic(ends)
    const ears = listening(ends)
    for (const [one, other] of [[here, there], [there, here]] as const) {
      one.addEventListener('icecandidate', ({ candidate }) => candidate && void other.addIceCandidate(candidate).catch(() => {}))
    }
    there.addEventListener('track', ({ track }) => ears.hear(track))
    for (const track of source.stream.getTracks()) here.addTrack(track, source.stream)
    await here.setLocalDescription(await here.createOffer())
    await there.setRemoteDescription(here.localDescription!)
    await there.setLocalDescription(await there.createAnswer())
    await here.setRemoteDescription(there.localDescription!)
    return await arrived(there, ears.heard, source.made)
  } catch {
    return found('loopStopped')
  } finally {
    for (const end of ends) end()
  }
}

/** How each thing ends that was begun: also when the next one does not begin. */
type Ends = (() => void)[]

function connection(ends: Ends): RTCPeerConnection {
  const one = new RTCPeerConnection()
  ends.push(() => one.close())
  return one
}

function sound(ends: Ends): AudioContext {
  const audio = new AudioContext()
  ends.push(() => void audio.close())
  void audio.resume()
  return audio
}

async function arrived(there: RTCPeerConnection, heard: () => boolean, made: () => boolean): Promise<Finding> {
  const begun = performance.now()
  let frames = 0
  let packets = 0
  let energy = 0
  const sounds = () => heard() || energy > 0
  while (performance.now() - begun < PATIENCE) {
    await new Promise((next) => setTimeout(next, 250))
    frames = packets = 0
    for (const stat of (await there.getStats()).values() as Iterable<Record<string, unknown>>) {
      if (stat['type'] !== 'inbound-rtp') continue
      if (stat['kind'] === 'video') frames = Number(stat['framesDecoded'] ?? 0)
      else {
        packets = Number(stat['packetsReceived'] ?? 0)
        energy = Number(stat['totalAudioEnergy'] ?? 0)
      }
    }
    if (frames >= ENOUGH && sounds()) return found('loopRuns', { frames, packets, heard: true })
  }
  const figures = { frames, packets, heard: sounds() }
  // Without a device to play on some browsers make no sound at all.
  if (frames >= ENOUGH) return found(packets > 0 && !made() ? 'loopUnheard' : 'loopSilent', figures)
  return found(sounds() ? 'loopBlind' : 'loopStopped', figures)
}

function synthetic(ends: Ends) {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 })
  const paper = canvas.getContext('2d')
  let step = 0
  const timer = setInterval(() => {
    if (!paper) return
    paper.fillStyle = `hsl(${(step += 12)} 60% 50%)`
    paper.fillRect(0, 0, 320, 180)
  }, 50)
  ends.push(() => clearInterval(timer))
  const audio = sound(ends)
  const [tone, way] = [new OscillatorNode(audio, { frequency: 440 }), audio.createMediaStreamDestination()]
  tone.connect(way)
  tone.start()
  const stream = new MediaStream([...canvas.captureStream(20).getTracks(), ...way.stream.getTracks()])
  ends.push(() => stream.getTracks().forEach((track) => track.stop()))
  return { stream, made: () => audio.state === 'running' }
}

/** Listens without being heard. */
function listening(ends: Ends) {
  const audio = sound(ends)
  const meter = new AnalyserNode(audio)
  const player = Object.assign(new Audio(), { muted: true })
  const wave = new Float32Array(meter.fftSize)
  ends.push(() => (player.srcObject = null))
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
  }
}
