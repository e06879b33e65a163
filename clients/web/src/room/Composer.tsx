// Where one writes: Enter sends, Shift+Enter begins a line.
import type { RoomSession } from '@carillon/sdk'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/Button.tsx'

/** The server takes 16 KiB of UTF-8. */
const MOST = 16 * 1024
const size = (text: string) => new TextEncoder().encode(text).length

export function Composer({ session, hint }: { session: RoomSession; hint: string }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const area = useRef<HTMLTextAreaElement>(null)
  const long = text.length > MOST / 4 && size(text) > MOST
  const ready = text.trim() !== '' && !long

  useEffect(() => {
    const box = area.current
    if (!box) return
    box.style.height = 'auto'
    box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`
  }, [text])

  const send = () => {
    if (!ready) return
    session.say(text.trim())
    setText('')
    area.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        ref={area}
        rows={1}
        value={text}
        aria-label={t('room.message')}
        placeholder={hint}
        onChange={(event) => {
          setText(event.target.value)
          if (event.target.value) session.type()
        }}
        onKeyDown={onKeyDown}
      />
      <Button type="submit" look={ready ? 'primary' : 'bare'} round icon="send" aria-label={t('room.send')} isDisabled={!ready} />
      {long && (
        <p className="composer-wrong small" role="alert">
          {t('problem.too-large')}
        </p>
      )}
    </form>
  )
}
