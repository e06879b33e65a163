// A link to hand on: readable, and copied by one press.
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
import { Button } from './Button.tsx'
import { Field } from './Field.tsx'
import './copy.css'

export function CopyField({ label, value, primary = false }: { label: string; value: string; primary?: boolean }) {
  const { t } = useTranslation()
  const place = useRef<HTMLDivElement>(null)
  const [copied, setCopied] = useState(false)
  const [byHand, setByHand] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 3000)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    const done = await copyText(value, place.current?.querySelector('input'))
    setCopied(done)
    setByHand(!done)
    announce(done ? t('common.copied') : t('common.copyByHand'))
  }
  return (
    <div className="copy" ref={place}>
      <Field label={label} value={value} isReadOnly inputProps={{ onFocus: (event) => event.currentTarget.select() }} />
      <Button look={primary ? 'primary' : 'plain'} icon={copied ? 'check' : 'copy'} onPress={() => void copy()}>
        {copied ? t('common.copied') : t('common.copyLink')}
      </Button>
      {byHand && <p className="small copy-help">{t('common.copyByHand')}</p>}
    </div>
  )
}

/** A page that did not come by HTTPS has no clipboard, but may copy what is selected. Where neither works it stays selected. */
async function copyText(value: string, shown: HTMLInputElement | null | undefined): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value)
    return true
  } catch {
    shown?.focus()
    shown?.select()
    return document.execCommand('copy')
  }
}
