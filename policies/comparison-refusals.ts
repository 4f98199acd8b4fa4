import { type ComparisonCode, type ComparisonResult, metricNames } from '../contracts/comparison.ts'
import { neededOfKind } from '../statistics/intervals/estimate.ts'
import { auc } from '../statistics/metrics/ranking.ts'
import { normalQuantile } from '../statistics/special.ts'
import {
  type ComparedRows,
  type ComparisonPolicy,
  guardTail,
  isRegression,
  type Span,
} from './compared-rows.ts'

/** What ends a comparison before anything is measured. */
export interface Refusal {
  readonly result: ComparisonResult
  readonly code: ComparisonCode
  readonly reason: string
}

type Check = (rows: ComparedRows, policy: ComparisonPolicy) => Refusal | null

const worse = (code: ComparisonCode, reason: string): Refusal => ({ result: 'WORSE', code, reason })
const undecided = (code: ComparisonCode, reason: string): Refusal => ({
  ...{ result: 'UNDECIDED', code, reason },
})

/** The first thing that is wrong; null: the two can be held against each other. */
export const refusalOf: Check = (rows, policy) => {
  for (const check of checks) {
    const refusal = check(rows, policy)
    if (refusal !== null) return refusal
  }
  return null
}

/** A model that gives no number for a row cannot serve, whatever the others say. */
const candidateAnswers: Check = ({ candidate }) => {
  const broken = count(candidate, (score) => !Number.isFinite(score))
  if (broken === 0) return null
  return worse(
    'CANDIDATE_NOT_FINITE',
    `the candidate gives no finite number for ${of(broken, candidate.length)}`,
  )
}

const answersVary: Check = ({ candidate }) => {
  const first = candidate[0]
  if (candidate.length < 2 || count(candidate, (score) => score !== first) > 0) return null
  return worse(
    'CANDIDATE_CONSTANT',
    `the candidate answers ${first} to every one of ${candidate.length} rows`,
  )
}

const areProbabilities: Check = ({ candidate }, { metric }) => {
  if (metric !== 'brier' && metric !== 'log_loss') return null
  const outside = count(candidate, (score) => score < 0 || score > 1)
  if (outside === 0) return null
  return worse(
    'CANDIDATE_NO_PROBABILITY',
    `the candidate's answers to ${of(outside, candidate.length)} are no probabilities, and the ${metricNames[metric]} is of those`,
  )
}

const labelsMakeSense: Check = ({ labels }, { metric }) => {
  const broken = count(labels, (label) =>
    isRegression(metric) ? !Number.isFinite(label) : label !== 0 && label !== 1,
  )
  if (broken === 0) return null
  const wanted = isRegression(metric) ? 'finite numbers' : '0 or 1'
  return undecided(
    'LABELS_INVALID',
    `${of(broken, labels.length)} have labels that are not ${wanted}`,
  )
}

const enoughRows: Check = ({ labels }, { metric, minimumRows }) => {
  const rows = labels.length
  if (rows === 0) return undecided('TOO_FEW_ROWS', 'no row was held out')
  const ones = count(labels, (label) => label === 1)
  if (!isRegression(metric) && (ones === 0 || ones === rows)) {
    return undecided('ONE_CLASS', `the ${rows} held-out rows hold one class only`)
  }
  if (rows < minimumRows) {
    return undecided('TOO_FEW_ROWS', `${rows} rows were held out, ${minimumRows} are needed`)
  }
  const fewer = Math.min(ones, rows - ones)
  if (isRegression(metric) || fewer >= neededOfKind) return null
  return undecided(
    'TOO_FEW_ROWS',
    `${fewer} of the ${rows} held-out rows are of one class, ${neededOfKind} are needed`,
  )
}

/** Rows that a model was trained on say how well it remembers. */
const disjointFrom =
  (who: 'candidate' | 'champion'): Check =>
  ({ windows, champion }) => {
    if (who === 'champion' && champion === null) return null
    const { heldOut } = windows
    const trained = windows[who]
    if (trained === null) {
      return undecided('WINDOW_UNKNOWN', `nobody knows which rows the ${who} was trained on`)
    }
    if (!overlap(heldOut, trained)) return null
    return undecided(
      'WINDOWS_OVERLAP',
      `the held-out rows (${inWords(heldOut)}) are from the time that the ${who} was trained on (${inWords(trained)})`,
    )
  }

const notUpsideDown: Check = ({ labels, candidate }, { metric }) => {
  if (isRegression(metric)) return null
  const value = auc(candidate, labels)
  const ones = count(labels, (label) => label === 1)
  // Of scores that know nothing, by Mann and Whitney.
  const error = Math.sqrt((labels.length + 1) / (12 * ones * (labels.length - ones)))
  if (value >= 0.5 - normalQuantile(1 - guardTail) * error) return null
  return worse(
    'CANDIDATE_UPSIDE_DOWN',
    `the candidate gives rows of class 1 the lower scores: its AUC is ${value.toFixed(3)}`,
  )
}

const firstRun: Check = ({ champion }, { firstRun: rule }) => {
  if (champion !== null) return null
  return rule === 'allow'
    ? {
        result: 'BETTER',
        code: 'FIRST_RUN',
        reason: 'there is no champion yet, and comparison.firstRun allows it',
      }
    : undecided(
        'FIRST_RUN',
        'there is no champion yet to compare it with, so a person says whether it may serve',
      )
}

const championAnswers: Check = ({ champion }) => {
  if (champion === null) return null
  const broken = count(champion, (score) => !Number.isFinite(score))
  if (broken === 0) return null
  return undecided(
    'CHAMPION_NOT_FINITE',
    `the champion gives no finite number for ${of(broken, champion.length)}`,
  )
}

const answersDiffer: Check = ({ champion, candidate }) => {
  if (champion === null || count(candidate, (score, row) => score !== champion[row]) > 0)
    return null
  return {
    result: 'NOT_WORSE',
    code: 'SAME_ANSWERS',
    reason: `both give the same answer to every one of ${candidate.length} held-out rows`,
  }
}

const checks: readonly Check[] = [
  candidateAnswers,
  answersVary,
  areProbabilities,
  labelsMakeSense,
  disjointFrom('candidate'),
  enoughRows,
  notUpsideDown,
  firstRun,
  championAnswers,
  disjointFrom('champion'),
  answersDiffer,
]

/** Both ends lie within. */
const overlap = (left: Span, right: Span): boolean =>
  Date.parse(left.start) <= Date.parse(right.end) && Date.parse(right.start) <= Date.parse(left.end)

const inWords = ({ start, end }: Span): string =>
  `${new Date(start).toISOString()} to ${new Date(end).toISOString()}`

const of = (some: number, all: number): string => `${some} of ${all} rows`

function count(values: ArrayLike<number>, is: (value: number, row: number) => boolean): number {
  let found = 0
  for (let row = 0; row < values.length; row++) if (is(values[row] as number, row)) found++
  return found
}
