// What a step of the test found: how it is, in which words, and the figures that these and the report hold.

export const steps = ['browser', 'microphone', 'camera', 'speaker', 'server', 'line', 'relays', 'network', 'loop'] as const
export type Step = (typeof steps)[number]

export type Verdict = 'good' | 'warn' | 'bad' | 'skipped'

const verdicts = {
  browserFull: 'good', browserInsecure: 'bad', browserOld: 'bad',
  microphoneReady: 'good', cameraReady: 'good', denied: 'warn', absent: 'warn', held: 'warn', failed: 'warn',
  speakers: 'good', speakersOwn: 'good',
  serverAnswers: 'good', serverSilent: 'bad',
  lineOpen: 'good', lineShut: 'bad',
  relaysThere: 'good', relaysNoTurn: 'good', relaysNone: 'warn', signedOut: 'skipped', unasked: 'skipped',
  networkRelay: 'good', networkOut: 'good', networkHome: 'warn', networkRelayAway: 'warn', networkNone: 'bad',
  loopRuns: 'good', loopUnheard: 'warn', loopSilent: 'warn', loopBlind: 'warn', loopStopped: 'bad',
} as const satisfies Record<string, Verdict>

export type Word = keyof typeof verdicts

export interface Finding {
  word: Word
  figures: Record<string, number | string | boolean>
}

export const found = (word: Word, figures: Finding['figures'] = {}): Finding => ({ word, figures })
export const verdictOf = ({ word }: Finding): Verdict => verdicts[word]

export type Findings = Partial<Record<Step, Finding>>

/** What all of it comes to. */
export function sum(findings: Findings): 'fine' | 'partly' | 'unfit' {
  const all = Object.values(findings).map(verdictOf)
  if (all.includes('bad')) return 'unfit'
  return all.includes('warn') || all.includes('skipped') ? 'partly' : 'fine'
}

/** For whoever helps: kinds and counts, nothing that says who or where. */
export function report(findings: Findings, at: number, device: string): string {
  const lines = steps.flatMap((step) => {
    const finding = findings[step]
    return finding ? [{ step, verdict: verdictOf(finding), found: finding.word, ...finding.figures }] : []
  })
  return `${JSON.stringify({ report: 'carillon-doctor', version: 1, at: new Date(at).toISOString(), device, sum: sum(findings), steps: lines }, null, 2)}\n`
}
