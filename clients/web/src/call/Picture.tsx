// A track as a moving picture. One's own face fills its frame; of anything else nothing that matters is cut away.
import type { Track } from '@carillon/sdk'
import { useEffect, useRef, useState } from 'react'

interface Props {
  track: Track | null
  label: string
  testId: string
  mirrored?: boolean
}

export function Picture({ track, label, testId, mirrored = false }: Props) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current) video.current.srcObject = track ? new MediaStream([track as MediaStreamTrack]) : null
  }, [track])
  const whole = useWhole(video) && !mirrored
  const looks = ['picture', mirrored && 'mirrored', whole && 'whole'].filter(Boolean).join(' ')
  return <video ref={video} className={looks} hidden={!track} aria-label={label} data-testid={testId} autoPlay muted playsInline />
}

/** At most this share of a picture may be cut away. */
const LOSS = 0.3

export function useWhole(video: React.RefObject<HTMLVideoElement | null>): boolean {
  const [whole, setWhole] = useState(false)
  useEffect(() => {
    const element = video.current
    if (!element) return
    const look = () => {
      const { videoWidth, videoHeight, clientWidth, clientHeight } = element
      if (videoWidth * videoHeight * clientWidth * clientHeight === 0) return
      const ratio = videoWidth / videoHeight / (clientWidth / clientHeight)
      setWhole(1 - Math.min(ratio, 1 / ratio) > LOSS)
    }
    const resized = new ResizeObserver(look)
    resized.observe(element)
    element.addEventListener('resize', look)
    return () => {
      resized.disconnect()
      element.removeEventListener('resize', look)
    }
  }, [video])
  return whole
}
