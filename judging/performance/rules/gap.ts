import type { PerformanceFinding } from '../../../contracts/performance-finding.ts'
import { gapTest } from '../../../statistics/concept/gap.ts'
import { chiSquareSf, normalQuantile } from '../../../statistics/special.ts'
import { spreadP } from '../../../statistics/window-spread.ts'
import { digits, percent } from '../digits.ts'
import type { GapRows } from '../gap-rows.ts'
import { minimumEffect } from './minimum-effect.ts'
import {
  about,
  type JudgedGroup,
  type JudgedSettings,
  type PerformanceJudge,
  unavailable,
} from './rule.ts'

/**
 * What came against what was estimated of the same rows, beyond what the reference showed of such estimates. Inputs that
 * shift do not move it: what moves it is that the same estimate leads to something else. Of two classes it does so either
 * way; of losses more of them is worse. Windows vary by more than their rows do, as delays do with the weather: nothing
 * alarms before what is usual says by how much.
 */
export const gap: PerformanceJudge = {
  rule: 'gap',
  by: 'labels',
  tasks: ['binary', 'regression'],
  judge: ({ groups, settings }) =>
    groups.map((judged) =>
      typeof judged.gap === 'string'
        ? unavailable('gap', judged, judged.gap)
        : found(settings, judged, judged.gap),
    ),
}

function found(settings: JudgedSettings, judged: JudgedGroup, rows: GapRows): PerformanceFinding {
  const { reference, estimated, realised, weights, of } = rows
  const test = gapTest(reference, estimated, realised, weights ?? undefined)
  const came = meanOf(realised, weights)
  // What would have come, had nothing changed: the estimate and what the reference showed beyond it.
  const expected = came - test.gap
  const { usual } = judged
  const spread = typeof usual === 'string' ? null : (usual.gaps ?? usual.errors.spread)
  const factor = Math.max(1, settings.detection.designEffect, spread?.factor ?? 1)
  const reach = normalQuantile(0.975) * test.error * Math.sqrt(factor)
  const isRate = of === 'label_rate'
  const effect = isRate ? Math.abs(test.gap) : test.gap
  const far = test.error > 0 ? test.gap / test.error : 0
  const square = far ** 2 / settings.detection.designEffect
  const twoSided = spread === null ? test.p : spreadP(square, 1, chiSquareSf(square, 1), spread)
  const p = isRate ? twoSided : far > 0 ? twoSided / 2 : 1 - twoSided / 2
  const least = minimumEffect(settings, 'gap', of, expected)
  const isSignificant = p <= judged.level
  const isBetter = !isRate && 1 - p <= judged.level
  const low = effect - reach
  const unknown =
    spread === null ? ', by sampling noise only: how windows vary is not known yet' : ''
  const weighted = weights === null ? '' : ', labels weighted for the predictions that have none'
  return {
    ...{ ...about(judged), n: estimated.length, rule: 'gap' },
    state:
      isSignificant && low > least && spread !== null
        ? 'alarm'
        : isSignificant || isBetter
          ? 'watch'
          : 'ok',
    ...{ p, effect, metric: of, minimumEffect: least, since: null },
    effectInterval: [low, effect + reach],
    sentence: `${isRate ? rates(settings, came, expected) : errors(came, expected)} (p ${digits(p)}${weighted}${unknown})`,
  }
}

const rates = ({ labels }: JudgedSettings, came: number, expected: number): string =>
  `${percent(came)} ${labels.positive ?? 'label 1'} seen where ${percent(expected)} were estimated`

const errors = (came: number, expected: number): string =>
  `mean absolute error ${digits(came)} seen where ${digits(expected)} was estimated`

function meanOf(values: ArrayLike<number>, weights: Float64Array | null): number {
  let [sum, size] = [0, 0]
  for (let row = 0; row < values.length; row++) {
    const weight = weights?.[row] ?? 1
    sum += weight * (values[row] as number)
    size += weight
  }
  return sum / size
}
