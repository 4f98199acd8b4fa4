import type { PerformanceFinding } from '../../../contracts/performance-finding.ts'
import { cellsOf } from '../../../statistics/concept/fine-cells.ts'
import type { RateShift } from '../../../statistics/concept/label-given-score.ts'
import { predictionP } from '../../../statistics/dispersion.ts'
import { chiSquareSf, logChiSquareSf } from '../../../statistics/special.ts'
import { spreadP } from '../../../statistics/window-spread.ts'
import { cellShifts } from '../cell-shifts.ts'
import { digits } from '../digits.ts'
import { scoresOf } from '../errors.ts'
import type { Usual } from '../usual.ts'
import { cellEffect } from './cell-effect.ts'
import { minimumEffect } from './minimum-effect.ts'
import {
  about,
  againstUsual,
  type JudgedGroup,
  type JudgedSettings,
  type PerformanceJudge,
} from './rule.ts'

/** Whether a score still means what it meant: the rate of label 1 in each range of scores, in level and in shape. */
export const labelGivenScore: PerformanceJudge = {
  rule: 'label_given_score',
  by: 'labels',
  tasks: ['binary'],
  judge: ({ groups, settings }) =>
    againstUsual('label_given_score', groups, (judged, usual) => found(settings, judged, usual)),
}

const reach = 1.96

function found(
  settings: JudgedSettings,
  judged: JudgedGroup,
  { cells, gaps, errors, spreads }: Usual,
): PerformanceFinding | string {
  const now = scoresOf(judged.group, settings.labels)
  if (now === null || cells.length === 0) return 'records carry no score'
  const { rates: shift } = cellShifts(cells, cellsOf(now.scores, now.labels))
  if (shift.spread === 0) return 'labels are of one class only, or in other ranges of scores'
  const { designEffect } = settings.detection
  // Windows of margins are told by their errors.
  const spread = gaps ?? errors.spread
  const square = shift.level ** 2 / shift.spread
  const level = spreadP(square, 1, chiSquareSf(square / designEffect, 1), spread)
  const shape = predictionP(
    ...([
      logChiSquareSf(shift.shape, shift.degrees),
      spreads?.shape ?? null,
      designEffect,
    ] as const),
  )
  const p = Math.min(1, 2 * Math.min(level, shape))
  const factor = Math.max(1, designEffect, spread.factor)
  const { effect, interval } = level <= shape ? ofLevel(shift, factor) : ofShape(shift, factor)
  const least = minimumEffect(settings, 'label_given_score', 'label_rate', 0)
  const isSignificant = p <= judged.level
  const moved = shift.level / shift.weight
  return {
    ...about(judged),
    rule: 'label_given_score',
    // A score that means something else is worse whichever way it went.
    state: !isSignificant ? 'ok' : interval[0] > least ? 'alarm' : 'watch',
    ...{ p, effect, effectInterval: interval, metric: 'label_rate', minimumEffect: least },
    since: null,
    sentence: `at the same score label 1 is ${moved >= 0 ? 'more' : 'less'} frequent by ${digits(Math.abs(moved))} than before (by ${digits(effect)} in ${level <= shape ? 'level' : 'shape'}, p ${digits(p)})`,
  }
}

/** All ranges one way. */
function ofLevel({ level, spread, weight }: RateShift, factor: number) {
  const effect = Math.abs(level) / weight
  const half = (reach * Math.sqrt(spread * factor)) / weight
  const interval: [number, number] = [effect - half, effect + half]
  return { effect, interval }
}

const ofShape = ({ shape, degrees, squares, shapeWeight }: RateShift, factor: number) =>
  cellEffect(shape, degrees, squares / shapeWeight, factor)
