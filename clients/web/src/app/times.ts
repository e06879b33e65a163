// Times and spans as people write them, in the language of the app.
import type { TFunction } from 'i18next'

const formats = new Map<string, Intl.DateTimeFormat>()

function format(language: string, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = language + JSON.stringify(options)
  let found = formats.get(key)
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options)))
  return found.format(at)
}

export const clock = (language: string, at: number) => format(language, { hour: '2-digit', minute: '2-digit' }, at)

export const dateAndTime = (language: string, at: number) => format(language, { dateStyle: 'medium', timeStyle: 'short' }, at)

/** `today`, `yesterday`, or the date. */
export function day(t: TFunction, language: string, at: number, now = Date.now()): string {
  const start = new Date(now).setHours(0, 0, 0, 0)
  if (at >= start) return t('room.today')
  if (at >= start - 86_400_000) return t('room.yesterday')
  return format(language, { weekday: 'long', day: 'numeric', month: 'long' }, at)
}

/** For lists: the time today, the date before. */
export function briefly(language: string, at: number, now = Date.now()): string {
  if (at >= new Date(now).setHours(0, 0, 0, 0)) return clock(language, at)
  return format(language, { day: 'numeric', month: 'short' }, at)
}

/** A running clock: `4:07`, `1:02:33`. */
export function running(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** In words: `4 min 7 s`. */
export function span(language: string, seconds: number): string {
  const part = (value: number, unit: 'hour' | 'minute' | 'second') =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60]
  const parts = [hours > 0 && part(hours, 'hour'), minutes > 0 && part(minutes, 'minute'), hours === 0 && (rest > 0 || minutes === 0) && part(rest, 'second')]
  return parts.filter(Boolean).join(' ')
}
