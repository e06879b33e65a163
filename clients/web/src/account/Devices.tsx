// The devices that calls begin with here, and how to test them.
import type { DeviceKind } from '@carillon/sdk'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Choice } from '../ui/Choice.tsx'
import { Toggle } from '../ui/Toggle.tsx'

interface Present {
  id: string
  kind: DeviceKind
  label: string
}

/** Those with a name: until a page was allowed to use them, the browser tells none. */
function usePresent(): Present[] {
  const [present, setPresent] = useState<Present[]>([])
  useEffect(() => {
    const devices = navigator.mediaDevices as MediaDevices | undefined
    if (!devices) return
    const look = async () => {
      const all = await devices.enumerateDevices().catch(() => [])
      setPresent(all.filter(({ deviceId, label }) => deviceId && label).map(({ deviceId, kind, label }) => ({ id: deviceId, kind, label })))
    }
    void look()
    devices.addEventListener('devicechange', look)
    return () => devices.removeEventListener('devicechange', look)
  }, [])
  return present
}

export function Devices() {
  const { t } = useTranslation()
  const present = usePresent()
  const { noiseSuppression } = useObservable(media.state)
  const [choices, setChoices] = useState(() => media.choices)
  const options = (kind: DeviceKind) => present.filter((one) => one.kind === kind).map(({ id, label }) => ({ id, name: label }))
  const chose = (choose: (id: string) => void) => (id: string) => {
    choose(id)
    setChoices(media.choices)
  }
  const [microphones, cameras, speakers] = [options('audioinput'), options('videoinput'), options('audiooutput')]
  const none = t('devices.standard')
  return (
    <section className="section titled">
      <h2>{t('devices.title')}</h2>
      <div className="form">
        {present.length === 0 && <p className="small quiet">{t('account.devicesUnknown')}</p>}
        {microphones.length > 0 && (
          <Choice
            label={t('devices.microphoneDevice')} icon="microphone" options={microphones} chosen={choices.microphoneDevice} none={none}
            onChoose={chose((id) => media.chooseMicrophone(id))}
          />
        )}
        {cameras.length > 0 && (
          <Choice
            label={t('devices.cameraDevice')} icon="camera" options={cameras} chosen={choices.cameraDevice} none={none}
            onChoose={chose((id) => media.chooseCamera(id))}
          />
        )}
        {speakers.length > 0 && 'setSinkId' in HTMLMediaElement.prototype && (
          <Choice
            label={t('devices.speakerDevice')} icon="speaker" options={speakers} chosen={choices.speaker} none={none}
            onChoose={chose((id) => media.chooseSpeaker(id))}
          />
        )}
        <Toggle label={t('devices.noise')} help={t('devices.noiseHelp')} on={noiseSuppression} onChange={(on) => media.setNoiseSuppression(on)} />
        <p className="small">
          <Link href="/doctor">{t('account.test')}</Link>
        </p>
      </div>
    </section>
  )
}
