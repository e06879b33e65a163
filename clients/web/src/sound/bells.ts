// The app's own sounds: short bell tones of a few partials with a soft decay, made here, and all of them can be silenced.
import { read, write } from '../app/tastes.ts'

let context: AudioContext | undefined

/** Browsers let a page sound only after it was touched. */
function awake(): AudioContext | undefined {
  if (typeof AudioContext === 'undefined') return undefined
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume()
  return context
}

export const soundsOn = () => read('sounds', true)
export const setSounds = (on: boolean) => write('sounds', on)

/** Ratio to the strike note, loudness, seconds until it is gone: hum, prime, tierce, quint, nominal. */
const PARTIALS = [
  [0.5, 0.28, 1.6],
  [1, 1, 1.1],
  [1.19, 0.32, 0.8],
  [1.5, 0.2, 0.6],
  [2, 0.36, 0.45],
] as const

function strike(frequency: number, loudness: number, delay = 0, into?: AudioNode): void {
  const audio = awake()
  if (!audio || audio.state === 'closed') return
  const at = audio.currentTime + delay
  for (const [ratio, share, decay] of PARTIALS) {
    const tone = new OscillatorNode(audio, { frequency: frequency * ratio })
    const volume = new GainNode(audio, { gain: 0 })
    volume.gain.setValueAtTime(0, at)
    volume.gain.linearRampToValueAtTime(loudness * share, at + 0.008)
    volume.gain.exponentialRampToValueAtTime(0.0001, at + decay)
    tone.connect(volume).connect(into ?? audio.destination)
    tone.start(at)
    tone.stop(at + decay + 0.05)
  }
}

const [G4, C5, D5, E5, G5, A5] = [392, 523.25, 587.33, 659.25, 783.99, 880]

const tunes = {
  joined: () => (strike(C5, 0.1), strike(G5, 0.1, 0.14)),
  left: () => (strike(G5, 0.08), strike(C5, 0.08, 0.14)),
  message: () => strike(A5, 0.05),
  ended: () => strike(G4, 0.1),
  busy: () => (strike(G4, 0.09), strike(G4, 0.09, 0.4), strike(G4, 0.09, 0.8)),
}

export function sound(tune: keyof typeof tunes): void {
  if (soundsOn()) tunes[tune]()
}

function repeat(tune: () => void, every: number): () => void {
  if (!soundsOn()) return () => {}
  tune()
  const timer = setInterval(tune, every)
  return () => clearInterval(timer)
}

/** Somebody calls: rings until told to stop. */
export const ring = () => repeat(() => [E5, C5, D5, G4].forEach((note, beat) => strike(note, 0.16, beat * 0.34)), 3000)

/** We call, and wait. */
export const ringBack = () => repeat(() => (strike(G4, 0.06), strike(C5, 0.05, 0.5)), 3500)

const FADED = 1800

/** A bell through this speaker, also for whoever wants no sounds; done when it has faded. */
export async function testSpeaker(speaker?: string): Promise<void> {
  const audio = awake()
  if (!audio) return
  const player = new Audio()
  const way = new MediaStreamAudioDestinationNode(audio)
  player.srcObject = way.stream
  // Where no speaker can be chosen, or the chosen one is gone, the standard one sounds.
  if (speaker !== undefined) await player.setSinkId?.(speaker).catch(() => {})
  const apart = await player.play().then(() => true, () => false)
  for (const [beat, note] of [C5, E5, G5].entries()) strike(note, 0.2, beat * 0.22, apart ? way : undefined)
  await new Promise((over) => setTimeout(over, FADED))
  player.pause()
  player.srcObject = null
}

/** Called once: the first touch wakes the sound. */
export function unlockSounds(): void {
  const events = ['pointerdown', 'keydown'] as const
  const wake = () => {
    awake()
    for (const event of events) removeEventListener(event, wake, true)
  }
  for (const event of events) addEventListener(event, wake, true)
}

export const audioContext = awake
