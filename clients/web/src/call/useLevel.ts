// How loud a track is now, from 0 to 1, told to a listener many times a second without rendering anything.
import type { Track } from '@carillon/sdk'
import { useEffect, useRef } from 'react'
import { audioContext } from '../sound/bells.ts'

export function useLevel(track: Track | null | undefined, tell: (level: number) => void): void {
  const latest = useRef(tell)
  latest.current = tell
  useEffect(() => {
    latest.current(0)
    const audio = track?.readyState === 'live' ? audioContext() : undefined
    if (!audio || !track) return
    const source = audio.createMediaStreamSource(new MediaStream([track as MediaStreamTrack]))
    const analyser = new AnalyserNode(audio, { fftSize: 512, smoothingTimeConstant: 0 })
    source.connect(analyser)
    const wave = new Float32Array(analyser.fftSize)
    let shown = 0
    const timer = setInterval(() => {
      if (audio.state !== 'running') return // the page was not touched yet: nothing can be known
      analyser.getFloatTimeDomainData(wave)
      const power = Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length)
      // -60 dB is silence, -10 dB is loud; falls slower than it rises.
      const level = power > 0 ? Math.min(1, Math.max(0, (20 * Math.log10(power) + 60) / 50)) : 0
      shown = Math.max(level, shown * 0.8)
      latest.current(shown < 0.02 ? 0 : shown)
    }, 60)
    return () => {
      clearInterval(timer)
      source.disconnect()
    }
  }, [track])
}
