// Language, looks and sounds.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { session } from '../app/carillon.ts'
import { languageNow, speak, type Language } from '../app/i18n.ts'
import { useMe } from '../app/session.ts'
import { themeNow, themes, wear, type Theme } from '../app/theme.ts'
import { setSounds, sound, soundsOn } from '../sound/bells.ts'
import { Notice } from '../ui/Notice.tsx'
import { Options } from '../ui/Options.tsx'
import { Toggle } from '../ui/Toggle.tsx'
import { useAct } from '../ui/useAct.ts'

const languages: { id: Language; name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'fr', name: 'Français' },
]

export function Tastes() {
  const { t } = useTranslation()
  const { person } = useMe()
  const [theme, setTheme] = useState(themeNow)
  const [sounds, setHeard] = useState(soundsOn)
  const [choose, { wrong }] = useAct(async (language: Language) => {
    await speak(language)
    if (person.language !== language) await session.changeMe({ language })
  })
  const dress = (next: Theme) => {
    wear(next)
    setTheme(next)
  }
  const hear = (on: boolean) => {
    setSounds(on)
    setHeard(on)
    if (on) sound('joined')
  }
  return (
    <section className="section titled">
      <h2>{t('account.tastes')}</h2>
      <div className="form">
        <Options label={t('account.language')} options={languages} chosen={languageNow()} onChoose={(id) => void choose(id)} />
        {wrong && <Notice>{wrong}</Notice>}
        <Options label={t('account.appearance')} options={themes.map((id) => ({ id, name: t(`account.${id}`) }))} chosen={theme} onChoose={dress} />
        <Toggle label={t('account.sounds')} help={t('account.soundsHelp')} on={sounds} onChange={hear} />
      </div>
    </section>
  )
}
