import { fisherTest } from '../../../statistics/fisher.ts'
import { defineAdapter } from '../adapter.ts'

/** Fisher's exact test against exact fractions. */
export const fisher = defineAdapter<{ table: [[number, number], [number, number]] }>({
  compute({ table: [[a, b], [c, d]] }) {
    const { twoSided, less, greater, oddsRatio } = fisherTest(a, b, c, d)
    return { two_sided: twoSided, less, greater, odds_ratio: oddsRatio }
  },
})
