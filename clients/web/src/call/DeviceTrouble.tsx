// Why a device does not work, and what helps.
import type { Failure } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Notice } from '../ui/Notice.tsx'

export function DeviceTrouble() {
  const { t } = useTranslation()
  const { microphone, camera } = useObservable(media.state)
  const words = (failure: Failure, kind: 'audio' | 'video') => t(`devices.${failure === 'failed' ? 'broken' : failure}.${kind}`)
  return (
    <>
      {microphone.failure && <Notice>{words(microphone.failure, 'audio')}</Notice>}
      {camera.failure && <Notice>{words(camera.failure, 'video')}</Notice>}
    </>
  )
}
