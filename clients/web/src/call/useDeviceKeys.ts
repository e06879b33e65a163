// Ctrl+D for the microphone, Ctrl+E for the camera, and a word of it for those who do not see the buttons.
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
import { media } from '../app/carillon.ts'

export function useDeviceKeys(active: boolean): void {
  const { t } = useTranslation()
  useEffect(() => {
    if (!active) return
    const press = (event: KeyboardEvent) => {
      if (!event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat || event.defaultPrevented) return
      const { microphone, camera } = media.state.get()
      if (event.key.toLowerCase() === 'd') media.setMicrophone(!microphone.on)
      else if (event.key.toLowerCase() === 'e') media.setCamera(!camera.on)
      else return
      event.preventDefault()
    }
    let { microphone, camera } = media.state.get()
    const unwatch = media.state.watch(() => {
      const now = media.state.get()
      if (now.microphone.on !== microphone.on) announce(now.microphone.on ? t('devices.microphoneOn') : t('devices.microphoneOff'))
      if (now.camera.on !== camera.on) announce(now.camera.on ? t('devices.cameraOn') : t('devices.cameraOff'))
      ;({ microphone, camera } = now)
    })
    addEventListener('keydown', press)
    return () => {
      removeEventListener('keydown', press)
      unwatch()
    }
  }, [active, t])
}
