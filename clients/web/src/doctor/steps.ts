// The steps of the test, each of which asks the browser or the server itself.
import { problemOf, type IceServer } from '@carillon/sdk'
import { api } from '../app/carillon.ts'
import { found, type Finding, type Step, type Word } from './finding.ts'
import { loop } from './loop.ts'
import { gathered, ways } from './ways.ts'

/** What one step leaves for those after it. */
export interface Seen {
  servers?: readonly IceServer[]
  signedOut?: boolean
}

const PATIENCE = 8000

const looks: Record<Step, (seen: Seen) => Promise<Finding>> = {
  browser: async () => {
    const secure = isSecureContext
    const has = { calls: 'RTCPeerConnection' in window, socket: 'WebSocket' in window, devices: 'mediaDevices' in navigator, secure }
    if (!secure) return found('browserInsecure', has)
    return found(Object.values(has).every(Boolean) ? 'browserFull' : 'browserOld', has)
  },
  microphone: () => device('audio'),
  camera: () => device('video'),
  speaker: async () => {
    const count = await counted('audiooutput')
    return count > 0 && 'setSinkId' in HTMLMediaElement.prototype ? found('speakers', { number: count }) : found('speakersOwn', { number: count })
  },
  server: async () => {
    const begun = performance.now()
    try {
      await api.me()
    } catch (thrown) {
      const { kind } = problemOf(thrown)
      if (kind !== 'unauthenticated') return found('serverSilent', { problem: kind })
    }
    return found('serverAnswers', { ms: since(begun) })
  },
  line: async () => {
    const begun = performance.now()
    return (await opens()) ? found('lineOpen', { ms: since(begun) }) : found('lineShut')
  },
  relays: async (seen) => {
    try {
      seen.servers = (await api.iceServers()).iceServers
    } catch (thrown) {
      const { kind } = problemOf(thrown)
      seen.signedOut = kind === 'unauthenticated'
      return seen.signedOut ? found('signedOut') : found('unasked', { problem: kind })
    }
    const urls = seen.servers.flatMap(({ urls }) => urls)
    const [stun, turn] = [/^stuns?:/, /^turns?:/].map((scheme) => urls.filter((url) => scheme.test(url)).length) as [number, number]
    return found(turn > 0 ? 'relaysThere' : stun > 0 ? 'relaysNoTurn' : 'relaysNone', { stun, turn })
  },
  network: async ({ servers, signedOut }) => {
    if (!('RTCPeerConnection' in window)) return found('networkNone')
    if (!servers) return found(signedOut ? 'signedOut' : 'unasked')
    const turn = servers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)))
    return ways(await gathered(servers), turn)
  },
  loop,
}

/** What it means that the browser refused a step wholly, as one does whose WebRTC an extension took away. */
const refused: Record<Step, Word> = {
  browser: 'browserOld', microphone: 'failed', camera: 'failed', speaker: 'speakersOwn', server: 'serverSilent', line: 'lineShut',
  relays: 'unasked', network: 'networkNone', loop: 'loopStopped',
}

export async function look(step: Step, seen: Seen): Promise<Finding> {
  try {
    return await looks[step](seen)
  } catch (thrown) {
    return found(refused[step], { problem: (thrown as { name?: string }).name ?? 'unknown' })
  }
}

const since = (begun: number) => Math.round(performance.now() - begun)

const failures: Record<string, 'denied' | 'absent' | 'held'> = {
  NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'absent', OverconstrainedError: 'absent', NotReadableError: 'held', AbortError: 'held',
}

async function device(kind: 'audio' | 'video'): Promise<Finding> {
  if (!('mediaDevices' in navigator)) return found('failed')
  const count = () => counted(kind === 'audio' ? 'audioinput' : 'videoinput')
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ [kind]: true })
    for (const track of stream.getTracks()) track.stop()
    return found(kind === 'audio' ? 'microphoneReady' : 'cameraReady', { number: await count() })
  } catch (thrown) {
    return found(failures[(thrown as { name?: string }).name ?? ''] ?? 'failed', { number: await count() })
  }
}

async function counted(kind: MediaDeviceKind): Promise<number> {
  if (!('mediaDevices' in navigator)) return 0
  return (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === kind).length
}

/** The first packet of the line says that it is open, to whoever asks. */
function opens(): Promise<boolean> {
  return new Promise((done) => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`)
    const end = (open: boolean) => {
      clearTimeout(timer)
      socket.close()
      done(open)
    }
    const timer = setTimeout(() => end(false), PATIENCE)
    socket.addEventListener('message', () => end(true))
    socket.addEventListener('error', () => end(false))
  })
}
