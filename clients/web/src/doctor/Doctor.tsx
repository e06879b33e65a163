// Whether calls would work from here: each step, what it found in words, and what to do.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../app/announce.ts'
import { deviceName } from '../app/device-name.ts'
import { useTitle } from '../app/title.ts'
import { Button } from '../ui/Button.tsx'
import { report, steps, sum, verdictOf, type Findings, type Step } from './finding.ts'
import { StepLine } from './StepLine.tsx'
import { look, type Seen } from './steps.ts'
import './doctor.css'

export default function Doctor() {
  const { t } = useTranslation()
  useTitle(t('doctor.title'))
  const [findings, setFindings] = useState<Findings>({})
  const [at, setAt] = useState<Step>()
  const whole = steps.every((step) => findings[step])
  const run = async () => {
    const seen: Seen = {}
    let all: Findings = {}
    setFindings(all)
    for (const step of steps) {
      setAt(step)
      all = { ...all, [step]: await look(step, seen) }
      setFindings(all)
    }
    setAt(undefined)
    announce(t(`doctor.${sum(all)}`))
  }
  return (
    <div className="page doctor" data-testid="doctor" data-sum={whole && !at ? sum(findings) : undefined}>
      <header>
        <h1>{t('doctor.title')}</h1>
        <p className="quiet">{t('doctor.intro')}</p>
      </header>
      <div className="doctor-begin">
        <Button look={whole ? 'plain' : 'primary'} icon={whole ? 'retry' : undefined} isPending={at !== undefined} isDisabled={at !== undefined} onPress={() => void run()}>
          {whole ? t('doctor.again') : t('doctor.start')}
        </Button>
        {!whole && <p className="small quiet">{t('doctor.permission')}</p>}
        {whole && <Sum findings={findings} />}
      </div>
      <ol className="doctor-steps">
        {steps.map((step) => (
          <StepLine key={step} step={step} finding={findings[step]} running={at === step} />
        ))}
      </ol>
      {whole && (
        <div className="doctor-begin">
          <Button look="primary" onPress={() => download(report(findings, Date.now(), deviceName(navigator.userAgent)))}>
            {t('doctor.download')}
          </Button>
          <p className="small quiet">{t('doctor.downloadHelp')}</p>
        </div>
      )}
    </div>
  )
}

function Sum({ findings }: { findings: Findings }) {
  const { t } = useTranslation()
  const word = sum(findings)
  const first = steps.find((step) => findings[step] && verdictOf(findings[step]) === 'bad')
  return (
    <div>
      <h2>{t(`doctor.${word}`)}</h2>
      {word === 'fine' && <p className="small quiet">{t('doctor.fineHelp')}</p>}
      {first && <p className="small quiet">{t('doctor.unfitHelp')}</p>}
    </div>
  )
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  Object.assign(document.createElement('a'), { href: url, download: 'carillon-doctor.json' }).click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
