// A link to hand on: readable, and copied by one press.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
import { Button } from './Button.tsx'
import { Field } from './Field.tsx'
import './copy.css'

export function CopyField({ label, value, primary = false }: { label: string; value: string; primary?: boolean }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 3000)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
    } catch {
      return // it stands there to be copied by hand
    }
    setCopied(true)
    announce(t('common.copied'))
  }
  return (
    <div className="copy">
      <Field label={label} value={value} isReadOnly inputProps={{ onFocus: (event) => event.currentTarget.select() }} />
      <Button look={primary ? 'primary' : 'plain'} icon={copied ? 'check' : 'copy'} onPress={() => void copy()}>
        {copied ? t('common.copied') : t('common.copyLink')}
      </Button>
    </div>
  )
}
