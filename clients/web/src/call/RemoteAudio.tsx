// What the other says, on whatever page one is, by the chosen speaker.
import type { Stream } from '@carillon/sdk'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Button } from '../ui/Button.tsx'
import './call.css'

export function RemoteAudio({ remote }: { remote: Stream | undefined }) {
  const { t } = useTranslation()
  const { speaker } = useObservable(media.state)
  const audio = useRef<HTMLAudioElement>(null)
  const [blocked, setBlocked] = useState(false)

  const play = () => {
    audio.current?.play().then(
      () => setBlocked(false),
      // Only a page that was touched may sound; whatever else went wrong is tried again with the next stream.
      (thrown: unknown) => setBlocked((thrown as { name?: string }).name === 'NotAllowedError'),
    )
  }
  useEffect(() => {
    if (!audio.current) return
    audio.current.srcObject = (remote as MediaStream | undefined) ?? null
    if (remote) play()
  }, [remote])
  useEffect(() => {
    // The standard one again when the chosen one is gone.
    if (audio.current?.setSinkId && audio.current.sinkId !== (speaker ?? '')) void audio.current.setSinkId(speaker ?? '').catch(() => {})
  }, [speaker])

  return (
    <>
      <audio ref={audio} autoPlay data-testid="remote-audio" />
      {blocked && (
        <div className="listen">
          <Button look="primary" icon="speaker" onPress={play}>
            {t('call.listen')}
          </Button>
        </div>
      )}
    </>
  )
}
