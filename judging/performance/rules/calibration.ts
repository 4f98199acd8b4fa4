import type { PerformanceFinding } from '../../../contracts/performance-finding.ts'
import { cellsOf } from '../../../statistics/concept/fine-cells.ts'
import { predictionP } from '../../../statistics/dispersion.ts'
import { logChiSquareSf } from '../../../statistics/special.ts'
import { cellShifts } from '../cell-shifts.ts'
import { digits } from '../digits.ts'
import { probabilitiesOf } from '../errors.ts'
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

/** Whether probabilities are as far from the rates they stand for as they were: the gap of every range of scores. */
export const calibration: PerformanceJudge = {
  rule: 'calibration',
  by: 'labels',
  tasks: ['binary'],
  judge: ({ groups, settings }) =>
    againstUsual('calibration', groups, (judged, usual) => found(settings, judged, usual)),
}

function found(
  settings: JudgedSettings,
  judged: JudgedGroup,
  { cells, gaps, spreads }: Usual,
): PerformanceFinding | string {
  const now = probabilitiesOf(judged.group, settings.labels)
  if (gaps === null || now === null) return 'scores are no probabilities'
  const { gaps: shift } = cellShifts(cells, cellsOf(now.scores, now.labels))
  if (shift.degrees === 0) return 'too few labels in any range of scores'
  const { designEffect } = settings.detection
  const spread = spreads?.gaps ?? null
  const p = predictionP(logChiSquareSf(shift.sum, shift.degrees), spread, designEffect)
  const factor = Math.max(1, designEffect, spread?.factor ?? 1, gaps.factor)
  const { effect, interval } = cellEffect(
    ...([shift.sum, shift.degrees, shift.squares / shift.rows, factor] as const),
  )
  const least = minimumEffect(settings, 'calibration', 'calibration_gap', 0)
  const isSignificant = p <= judged.level
  const isWorse = shift.now > shift.before
  return {
    ...about(judged),
    rule: 'calibration',
    state: !isSignificant ? 'ok' : isWorse && interval[0] > least ? 'alarm' : 'watch',
    ...{ p, effect: isWorse ? effect : -effect, metric: 'calibration_gap', minimumEffect: least },
    effectInterval: isWorse ? interval : [-interval[1], -interval[0]],
    since: null,
    sentence: `probabilities lie ${digits(rootOf(shift.now / shift.rows))} from the rates they stand for, ${digits(rootOf(shift.before / shift.rows))} before (moved by ${digits(effect)}, p ${digits(p)})`,
  }
}

const rootOf = (square: number): number => Math.sqrt(Math.max(0, square))
