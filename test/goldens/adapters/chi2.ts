import {
  chiSquareTest,
  cramersV,
  expectedCounts,
  gTest,
  type TableTest,
  yatesTest,
} from '../../../statistics/contingency.ts'
import { defineAdapter } from '../adapter.ts'

/** Tests of R x C tables as scipy's chi2_contingency has them. */
export const chi2 = defineAdapter<{ table: number[][] }>({
  compute({ table }) {
    const pearson = chiSquareTest(table)
    const v = cramersV(pearson.statistic, pearson.n, table.length, table[0]?.length ?? 0)
    return {
      pearson: shown(pearson),
      yates: shown(yatesTest(table)),
      g: shown(gTest(table)),
      expected_first_row: expectedCounts(table)[0],
      cramers_v: v.plain,
      cramers_v_bias_corrected: v.corrected,
    }
  },
})

const shown = ({ statistic, degrees, p, logP }: TableTest) => ({
  stat: statistic,
  p,
  dof: degrees,
  log10_p: logP / Math.LN10,
})
