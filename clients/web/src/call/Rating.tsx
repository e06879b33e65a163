// How a call was, for whoever wants to say so: a number, and what went wrong, if something did. Nothing is sent before one says so.
import type { CallProblem } from '@carillon/sdk'
import { useEffect, useId, useRef, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../app/carillon.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useAct } from '../ui/useAct.ts'

const scale = ['bad', 'poor', 'fair', 'good', 'best'] as const
const problems = ['noSound', 'choppy', 'echo', 'noPicture', 'frozen', 'dropped', 'other'] as const satisfies readonly CallProblem[]
/** Up to here something went wrong. */
const WANTING = 3

export default function Rating({ call }: { call: string }) {
  const { t } = useTranslation()
  const help = useId()
  const [rating, setRating] = useState<number>()
  const [named, setNamed] = useState<CallProblem[]>([])
  const [words, setWords] = useState('')
  const [done, setDone] = useState(false)
  const wanting = rating !== undefined && rating <= WANTING
  const [rate, { busy, wrong }] = useAct(async (rating: number) => {
    await api.rateCall(call, { rating, ...(wanting && { problems: named, ...(words.trim() && { words: words.trim() }) }) })
    setDone(true)
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (rating !== undefined) void rate(rating)
  }
  if (done) return <Thanks />
  return (
    <form className="rating" onSubmit={submit} data-testid="rating">
      <fieldset aria-describedby={help}>
        <legend className="small quiet">{t('ended.rate')}</legend>
        <p id={help} className="rating-help small quiet">
          {t('ended.rateHelp')}
        </p>
        <div className="rating-scale">
          {scale.map((word, place) => (
            <label key={word} className="rating-value figures">
              <input type="radio" className="unseen" name="rating" checked={rating === place + 1} onChange={() => setRating(place + 1)} />
              <span aria-hidden="true">{place + 1}</span>
              <span className="unseen">{t(`ended.scale.${word}`)}</span>
            </label>
          ))}
        </div>
        <p className="rating-ends small quiet" aria-hidden="true">
          <span>{t('ended.scale.bad')}</span>
          <span>{t('ended.scale.best')}</span>
        </p>
      </fieldset>
      {wanting && (
        <>
          <fieldset>
            <legend className="small quiet">{t('ended.what')}</legend>
            <div className="rating-problems">
              {problems.map((problem) => (
                <label key={problem} className="rating-problem small">
                  <input
                    type="checkbox"
                    className="unseen"
                    checked={named.includes(problem)}
                    onChange={({ target }) => setNamed(target.checked ? [...named, problem] : named.filter((one) => one !== problem))}
                  />
                  <span>{t(`ended.problem.${problem}`)}</span>
                </label>
              ))}
            </div>
          </fieldset>
          <Field label={t('ended.words')} value={words} onChange={setWords} maxLength={500} />
        </>
      )}
      {rating !== undefined && (
        <Button type="submit" isPending={busy}>
          {t('ended.send')}
        </Button>
      )}
      {wrong && <Notice>{wrong}</Notice>}
    </form>
  )
}

/** Where the focus goes, since the button that had it is gone; that reads it out, too. */
function Thanks() {
  const { t } = useTranslation()
  const line = useRef<HTMLParagraphElement>(null)
  useEffect(() => line.current?.focus(), [])
  return (
    <p ref={line} tabIndex={-1} className="rating quiet" data-testid="thanks">
      {t('ended.thanks')}
    </p>
  )
}
