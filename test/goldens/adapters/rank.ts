import { type Alternative, mannWhitney, mannWhitneyP } from '../../../statistics/mann-whitney.ts'
import { orderedCells } from '../../../statistics/ordered-cells.ts'
import { sampleMoments, studentTest, type TTest, welchTest } from '../../../statistics/t-test.ts'
import { defineAdapter } from '../adapter.ts'

const alternatives: readonly Alternative[] = ['two-sided', 'less', 'greater']

/** Rank and t tests as scipy has them. */
export const rank = defineAdapter<{ x: Float64Array; y: Float64Array }>({
  compute({ x, y }) {
    const { reference, current } = orderedCells(x, y)
    const ranks = mannWhitney(reference, current)
    const ps = [true, false].flatMap((continuity) =>
      alternatives.map((alternative) => [
        `mwu_asymptotic_${continuity ? '' : 'no_cc_'}${alternative}`,
        mannWhitneyP(ranks, alternative, continuity),
      ]),
    )
    const moments = [sampleMoments(x), sampleMoments(y)] as const
    return {
      ...Object.fromEntries(ps),
      mwu_U: ranks.u,
      t_student: shown(studentTest(...moments)),
      t_welch: shown(welchTest(...moments)),
    }
  },
})

const shown = (test: TTest | null) => test && { t: test.t, p: test.p, df: test.degrees }
