// Into a room by its link, or by the last part of it.
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { pathOf } from './link.ts'

export function JoinBy() {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const path = pathOf(text, location.origin)
    if (path === undefined) setWrong(t('home.joinNoLink'))
    else if (path === 'elsewhere') setWrong(t('home.joinElsewhere'))
    else go(path)
  }
  const change = (next: string) => {
    setText(next)
    setWrong(undefined)
  }
  return (
    <form className="join-by" onSubmit={submit} noValidate>
      <Field
        label={t('home.joinBy')}
        placeholder={t('home.joinByExample')}
        value={text}
        onChange={change}
        wrong={wrong}
        validationBehavior="aria"
        inputProps={{ autoCapitalize: 'none', autoComplete: 'off', spellCheck: false, enterKeyHint: 'go' }}
      />
      <Button type="submit" isDisabled={text.trim() === ''}>
        {t('home.joinShort')}
      </Button>
    </form>
  )
}
