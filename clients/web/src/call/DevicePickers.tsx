// Which microphone, camera and speaker, and what is done to the sound.
import type { DeviceKind } from '@carillon/sdk'
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Choice } from '../ui/Choice.tsx'
import { Toggle } from '../ui/Toggle.tsx'
import { SpeakerTest } from './SpeakerTest.tsx'

const canChooseSpeaker = 'setSinkId' in HTMLMediaElement.prototype

export function DevicePickers() {
  const { t } = useTranslation()
  const { devices, microphone, camera, speaker, noiseSuppression } = useObservable(media.state)
  const options = (kind: DeviceKind) =>
    devices.filter((device) => device.kind === kind).map(({ id, label }, at) => ({ id, name: label || t('devices.unnamed', { number: at + 1 }) }))
  const [microphones, cameras, speakers] = [options('audioinput'), options('videoinput'), canChooseSpeaker ? options('audiooutput') : []]
  const none = (list: unknown[]) => (list.length > 0 ? t('devices.standard') : t('devices.none'))
  return (
    <div className="pickers">
      <Choice label={t('devices.microphoneDevice')} icon="microphone" options={microphones} chosen={microphone.device} none={none(microphones)} onChoose={(id) => media.chooseMicrophone(id)} />
      <Choice label={t('devices.cameraDevice')} icon="camera" options={cameras} chosen={camera.device} none={none(cameras)} onChoose={(id) => media.chooseCamera(id)} />
      <div className="picker-speaker">
        {speakers.length > 0 && (
          <Choice label={t('devices.speakerDevice')} icon="speaker" options={speakers} chosen={speaker} none={none(speakers)} onChoose={(id) => media.chooseSpeaker(id)} />
        )}
        <SpeakerTest alone={speakers.length === 0} />
      </div>
      <Toggle label={t('devices.noise')} help={t('devices.noiseHelp')} on={noiseSuppression} onChange={(on) => media.setNoiseSuppression(on)} />
    </div>
  )
}
