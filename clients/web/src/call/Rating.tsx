// How a call was, for whoever wants to say so: a number at a press, and what went wrong, if something did.
import type { CallProblem } from '@carillon/sdk'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
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
  const [rating, setRating] = useState<number>()
  const [named, setNamed] = useState<CallProblem[]>([])
  const [words, setWords] = useState('')
  const [done, setDone] = useState(false)
  const [rate, { busy, wrong }] = useAct(async (rating: number, more: { problems?: CallProblem[]; words?: string } = {}) => {
    await api.rateCall(call, { rating, ...more })
    setDone(rating > WANTING || more.problems !== undefined)
    announce(t('ended.thanks'))
  })
  const choose = (next: number) => {
    setRating(next)
    void rate(next)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void rate(rating!, { problems: named, ...(words.trim() && { words: words.trim() }) })
  }
  if (done) {
    return (
      <p className="rating quiet" role="status" data-testid="thanks">
        {t('ended.thanks')}
      </p>
    )
  }
  return (
    <form className="rating" onSubmit={submit} data-testid="rating">
      <fieldset disabled={busy}>
        <legend className="small quiet">{t('ended.rate')}</legend>
        <div className="rating-scale">
          {scale.map((word, place) => (
            <label key={word} className="rating-value figures">
              <input type="radio" className="unseen" name="rating" checked={rating === place + 1} onChange={() => choose(place + 1)} />
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
      {rating !== undefined && rating <= WANTING && (
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
          <Button type="submit" isPending={busy}>
            {t('ended.send')}
          </Button>
        </>
      )}
      {wrong && <Notice>{wrong}</Notice>}
    </form>
  )
}
