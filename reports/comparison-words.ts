import { type Comparison, metricNames, type PairedGain } from '../contracts/comparison.ts'
import type { ReleaseEvidence } from '../contracts/release.ts'
import { count, probability, signed } from './numbers.ts'

const methods = {
  delong: "DeLong's test",
  mcnemar: "McNemar's exact test",
  bootstrap: 'a paired bootstrap',
  t: 'a paired t test, corrected for skewness',
} as const

type Compared = Pick<ReleaseEvidence, 'comparison' | 'policy'>

/** How sure it is that the candidate is better: the paired test with its numbers. Empty: there was none. */
export function sureLines({ comparison }: Compared): string[] {
  if (comparison === undefined) return []
  const { gain, result, reason } = comparison
  if (gain === null) return [`${result}: ${reason}.`]
  return [
    `${gainWords(comparison, gain)}; ${askedFor(comparison)}.`,
    `By ${methods[gain.method]}, over the same ${count(gain.rows)} rows; a gain of ${signed(gain.smallestGain, 4)} would have shown in four of five cases.`,
  ]
}

/** The same where room is scarce; null: there was no test. */
export const sureShort = ({ comparison }: Compared): string | null => {
  if (comparison === undefined) return null
  const { gain, result } = comparison
  return gain === null ? `${result}: not compared` : gainWords(comparison, gain)
}

const gainWords = ({ result, metric }: Comparison, gain: PairedGain): string =>
  `${result}: ${metricNames[metric]} gains ${signed(gain.gain, 4)} (${percentOf(gain)} %: ${signed(gain.low, 4)} to ${signed(gain.high, 4)}, p ${probability(gain.p)})`

/** Of the interval: 95, or 97.5 where two contend. */
const percentOf = ({ level = 0.95 }: PairedGain): number => Number((level * 100).toPrecision(3))

/** What the interval had to lie above. */
function askedFor({ minimumGain, margin, accept }: Comparison): string {
  const gain = `better is above ${signed(minimumGain, 4)}`
  if (margin === 0) return gain
  const passes = accept === 'not-worse' ? ', which passes too' : ''
  return `${gain}, not worse above ${signed(-margin, 4)}${passes}`
}

/** What it may not get worse at, a sentence each; of guards that do not concern the model nothing. */
export const guardLines = ({ comparison, policy }: Compared): string[] => [
  ...(comparison?.result === 'UNDECIDED' && !policy.critical
    ? [
        'It is undecided whether the candidate is better, so people are asked as for a critical model.',
      ]
    : []),
  ...(comparison?.guards ?? []).flatMap(({ state, sentence }) =>
    state === 'off' && !sentence.includes('switched off') ? [] : [`${capital(sentence)}.`],
  ),
]

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The segments and pairs of groups that lose most, for a table; empty: none was judged. */
export const guardedRows = ({ comparison }: Compared) =>
  (comparison?.guards ?? [])
    .filter(({ guard }) => guard !== 'calibration')
    .flatMap(({ worst }) => worst)
