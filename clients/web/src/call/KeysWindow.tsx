// Every key of a call.
import { useTranslation } from 'react-i18next'
import { Toggle } from '../ui/Toggle.tsx'
import { Window } from '../ui/Window.tsx'
import { keys, useSingleKeys } from './keys.ts'
import { canFloat } from './floating.ts'
import { media } from '../app/carillon.ts'

export function KeysWindow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const [single, setSingle] = useSingleKeys()
  const rows: [string, string, boolean][] = [
    [keys.microphone, t('keys.microphone'), true],
    [keys.camera, t('keys.camera'), true],
    [t('keys.space'), t('keys.talk'), true],
    [keys.chat, t('keys.chat'), single],
    ...(media.canShareScreen ? [[keys.share, t('keys.share'), single] as [string, string, boolean]] : []),
    ...(canFloat ? [[keys.float, t('keys.float'), single] as [string, string, boolean]] : []),
    [t('keys.arrows'), t('keys.self'), true],
    [keys.help, t('keys.help'), single],
  ]
  return (
    <Window title={t('call.keys')} open={open} onClose={onClose} dark>
      <dl className="keys" data-testid="keys">
        {rows.map(([key, words, works]) => (
          <div key={key} className="keys-row" data-off={!works || undefined}>
            <dt>{words}</dt>
            <dd>
              {key.split('+').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <Toggle label={t('keys.single')} help={t('keys.singleHelp')} on={single} onChange={setSingle} />
    </Window>
  )
}
