import type { GuardOutcome } from '../contracts/guard-settings.ts'
import type { GuardedCounts } from '../contracts/guarded-inputs.ts'
import type { Report } from '../contracts/report.ts'
import { count, instant, percent } from './numbers.ts'

const words: Readonly<Record<GuardOutcome, string>> = {
  accept: 'accepted',
  clean: 'cleaned',
  flag: 'flagged',
  refuse: 'refused',
  unjudged: 'passed unjudged',
}

/** Segments that are told at most. */
const most = 5

/** What the input guard did with the inputs of the window, in sentences; none where nothing came to it. */
export function guardedLines({ guarded }: Pick<Report, 'guarded'>): string[] {
  if (guarded === undefined) return []
  const refused = of(guarded, 'refuse')
  const after =
    refused > 0 ? '; refused inputs never reached the model and are not among the rows' : ''
  return [
    `guard: ${outcomesText(guarded)}${after}`,
    ...segmentLines(guarded.segments),
    ...(guarded.killed.length === 0 ? [] : [killedLine(guarded.killed)]),
  ]
}

const of = ({ outcomes }: GuardedCounts, wanted: GuardOutcome): number =>
  outcomes.find(({ outcome }) => outcome === wanted)?.inputs ?? 0

function outcomesText({ inputs, outcomes }: GuardedCounts): string {
  const parts = outcomes.map(({ outcome, inputs: n, causes }) => {
    const why = causes.map((each) => `${each.cause} ${count(each.inputs)}`).join(', ')
    return `${count(n)} ${words[outcome]}${why === '' ? '' : ` (${why})`}`
  })
  return `${count(inputs)} ${inputs === 1 ? 'input' : 'inputs'}: ${parts.join(', ')}`
}

/** Where the largest shares were refused or flagged. */
function segmentLines(segments: Readonly<Record<string, GuardedCounts>>): string[] {
  const share = (counts: GuardedCounts) =>
    (of(counts, 'refuse') + of(counts, 'flag')) / counts.inputs
  const found = Object.entries(segments)
    .filter(([, counts]) => share(counts) > 0)
    .sort(([, left], [, right]) => share(right) - share(left))
  const told = found.slice(0, most).map(([name, counts]) => {
    const [refused, flagged] = [of(counts, 'refuse'), of(counts, 'flag')]
    const parts = [
      ...(refused > 0 ? [`${count(refused)} refused`] : []),
      ...(flagged > 0 ? [`${count(flagged)} flagged`] : []),
    ]
    return `${name} ${parts.join(' and ')} of ${count(counts.inputs)} (${percent(share(counts))})`
  })
  if (told.length === 0) return []
  const rest = found.length - told.length
  return [`guard by segment: ${told.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`]
}

function killedLine(killed: readonly string[]): string {
  const [first = ''] = killed
  return killed.length === 1
    ? `a guard was killed at about ${instant(first)}: what it judged in its last second is not counted`
    : `${killed.length} guards were killed, the first at about ${instant(first)}: what each judged in its last second is not counted`
}
