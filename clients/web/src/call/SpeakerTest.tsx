// A short bell through the chosen speaker.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
import { media } from '../app/carillon.ts'
import { testSpeaker } from '../sound/bells.ts'
import { Button } from '../ui/Button.tsx'

export function SpeakerTest({ alone }: { alone: boolean }) {
  const { t } = useTranslation()
  const [sounding, setSounding] = useState(false)
  const test = async () => {
    if (sounding) return
    setSounding(true)
    announce(t('devices.sounding'))
    await testSpeaker(media.state.get().speaker)
    setSounding(false)
  }
  return (
    <span className="speaker-test" data-sounding={sounding || undefined}>
      <Button look="plain" icon={sounding ? 'bell' : 'speaker'} aria-label={t('devices.testSpeaker')} onPress={() => void test()}>
        {t(alone ? 'devices.testSpeaker' : 'devices.test')}
      </Button>
    </span>
  )
}
