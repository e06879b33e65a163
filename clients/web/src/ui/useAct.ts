// A press that asks the server for something: busy meanwhile, and what went wrong in words.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemOf, type CarillonProblem } from '@carillon/sdk'
import { wordsOf } from '../app/words.ts'

export interface Act {
  busy: boolean
  problem: CarillonProblem | undefined
  /** The problem in words; another sentence for a kind or word that means something particular here. */
  wrong: string | undefined
}

export function useAct<A extends unknown[]>(run: (...given: A) => Promise<unknown>, particular: Record<string, string> = {}) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<CarillonProblem>()
  const act = async (...given: A): Promise<void> => {
    if (busy) return
    setBusy(true)
    setProblem(undefined)
    try {
      await run(...given)
    } catch (thrown) {
      setProblem(problemOf(thrown))
    } finally {
      setBusy(false)
    }
  }
  const wrong = problem && (particular[problem.word] ?? particular[problem.kind] ?? wordsOf(t, problem))
  return [act, { busy, problem, wrong } satisfies Act] as const
}
