// One step of the test.
import { useTranslation } from 'react-i18next'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { verdictOf, type Finding, type Step, type Verdict, type Word } from './finding.ts'

const signs: Record<Verdict, IconName> = { good: 'check', warn: 'alert', bad: 'close', skipped: 'more' }
/** The words that have a cure. */
type Curable = Exclude<
  Word,
  'browserFull' | 'microphoneReady' | 'cameraReady' | 'speakers' | 'speakersOwn' | 'serverAnswers' | 'lineOpen' | 'relaysThere' | 'networkRelay' | 'loopRuns'
>
/** Whatever the words name. */
type Said = Record<'ms' | 'stun' | 'turn' | 'frames' | 'number', number>

export function StepLine({ step, finding, running }: { step: Step; finding: Finding | undefined; running: boolean }) {
  const { t, i18n } = useTranslation()
  const verdict = finding && verdictOf(finding)
  const cure = finding && i18n.exists(`doctor.cure.${finding.word}`) ? t(`doctor.cure.${finding.word as Curable}`) : undefined
  return (
    <li className="doctor-step" data-verdict={verdict} data-testid={`doctor-${step}`}>
      <span className="doctor-sign">
        <Icon name={verdict ? signs[verdict] : running ? 'clock' : 'more'} size={18} />
      </span>
      <div>
        <h2>
          {t(`doctor.step.${step}`)}
          {verdict && <span className="small"> · {t(`doctor.verdict.${verdict}`)}</span>}
        </h2>
        <p className="quiet figures">{finding ? t(`doctor.found.${finding.word}`, finding.figures as Said) : running ? t('doctor.running') : t(`doctor.about.${step}`)}</p>
        {cure && <p className="small">{cure}</p>}
      </div>
    </li>
  )
}
