import type { GuardResult } from '../contracts/comparison.ts'
import { calibrationErrorInterval } from '../statistics/intervals/calibration-error.ts'
import { calibrationCells } from '../statistics/metrics/probability.ts'
import {
  type ComparedRows,
  type ComparisonPolicy,
  isRegression,
  level,
  text,
} from './compared-rows.ts'

/**
 * Whether the calibration error (ten cells) certainly grew by more than the limit. The lower end of the growth is put
 * together from the intervals of both (Zou and Donner, Statistics in Medicine 27, 2008), as if the rows were not the
 * same: both err alike on them, so that it is refused more rarely than the 2.5 % say.
 */
export function calibrationGuard(
  { labels, champion, candidate }: ComparedRows,
  { metric, calibration }: ComparisonPolicy,
  next: () => number,
): GuardResult {
  const own = { guard: 'calibration', limit: calibration.maximumLoss, tooSmall: 0 } as const
  const off = (sentence: string): GuardResult => ({
    ...own,
    ...{ state: 'off', judged: 0, worst: [], sentence },
  })
  if (isRegression(metric)) return off('numbers that are foretold have no calibration error')
  if (calibration.maximumLoss >= 1) return off('the guard of the calibration is switched off')
  const of = (scores: ArrayLike<number>) =>
    calibrationErrorInterval(calibrationCells(scores, labels), next, level)
  const [before, after] = [of(champion as ArrayLike<number>), of(candidate)]
  const loss = after.value - before.value
  const certain = loss - Math.hypot(after.value - after.low, before.high - before.value)
  const refused = certain > calibration.maximumLoss
  const change = `calibration error ${text(before.value)} -> ${text(after.value)}`
  return {
    ...own,
    state: refused ? 'refused' : 'passed',
    judged: 1,
    worst: [
      {
        ...{ name: 'all rows', rows: labels.length, before: before.value, after: after.value },
        ...{ loss, certain, refused },
      },
    ],
    sentence: refused
      ? `${change}: grew by at least ${text(certain)}, more than ${text(calibration.maximumLoss)}`
      : `${change}: not certainly more than ${text(calibration.maximumLoss)} worse`,
  }
}
