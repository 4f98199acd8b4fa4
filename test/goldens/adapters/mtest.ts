import {
  type Adjustment,
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  holm,
  holmSidak,
  hommel,
  sidak,
  simesHochberg,
} from '../../../statistics/multiple-testing.ts'
import { defineAdapter } from '../adapter.ts'

const adjustments: Readonly<Record<string, Adjustment>> = {
  bonferroni,
  sidak,
  holm,
  'holm-sidak': holmSidak,
  'simes-hochberg': simesHochberg,
  hommel,
  fdr_bh: benjaminiHochberg,
  fdr_by: benjaminiYekutieli,
}

/** Adjusted p-values, and which are rejected at alpha. */
export const mtest = defineAdapter<{ p: Float64Array; alpha: number }>({
  compute: ({ p, alpha }) =>
    Object.fromEntries(
      Object.entries(adjustments).map(([name, adjust]) => {
        const adjusted = adjust(p)
        const rejected = [...adjusted.keys()].filter((i) => (adjusted[i] as number) <= alpha)
        return [name, { adjusted, rejected }]
      }),
    ),
})
