// What others call one.
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { session } from '../app/carillon.ts'
import { useMe } from '../app/session.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useAct } from '../ui/useAct.ts'

export function ProfileForm() {
  const { t } = useTranslation()
  const { person } = useMe()
  const [name, setName] = useState(person.name)
  const [saved, setSaved] = useState(false)
  const [save, { busy, wrong }] = useAct(async () => {
    await session.changeMe({ name: name.trim() })
    setSaved(true)
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save()
  }
  const change = (next: string) => {
    setName(next)
    setSaved(false)
  }
  return (
    <section className="section titled">
      <h2>{t('account.you')}</h2>
      <form className="form" onSubmit={submit}>
        <Field label={t('account.name')} value={name} onChange={change} autoComplete="name" isRequired maxLength={80} />
        {wrong && <Notice>{wrong}</Notice>}
        <Button type="submit" icon={saved ? 'check' : undefined} isPending={busy} isDisabled={name.trim() === person.name}>
          {saved ? t('common.saved') : t('common.save')}
        </Button>
      </form>
    </section>
  )
}
