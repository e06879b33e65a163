// Over the bar, for whoever has a keyboard: that one is muted, and how one is heard for a moment.
import { useTranslation } from 'react-i18next'
import { media } from '../app/carillon.ts'
import { useObservable } from '../app/useObservable.ts'
import { Icon } from '../ui/Icon.tsx'

export function TalkHint() {
  const { t } = useTranslation()
  const { microphone, talking } = useObservable(media.state)
  if (microphone.on && !talking) return null
  return (
    <p className="talk-hint small" data-talking={talking || undefined} data-testid="talk-hint">
      <Icon name={talking ? 'microphone' : 'microphoneOff'} size={16} />
      {talking ? t('call.talking') : t('call.holdToTalk')}
    </p>
  )
}
