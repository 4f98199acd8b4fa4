import {
  bhattacharyyaCoefficient,
  hellinger,
  jensenShannonBits,
  jensenShannonNats,
  kullbackLeibler,
  largestDifference,
  stabilityIndex,
  totalVariation,
} from '../../../statistics/histogram-distances.ts'
import { defineAdapter } from '../adapter.ts'

/** Distances of two histograms; only those with a ratio of shares fill empty cells. */
export const hist = defineAdapter<{ ref: number[]; cur: number[]; eps: number }>({
  compute: ({ ref, cur, eps }) => distancesOf(ref, cur, eps),
})

export const distancesOf = (ref: ArrayLike<number>, cur: ArrayLike<number>, share: number) => ({
  psi_eps: stabilityIndex(ref, cur, { share }),
  kl_ref_cur_eps: kullbackLeibler(ref, cur, { share }),
  jsd_nat: jensenShannonNats(ref, cur),
  jsd_bits: jensenShannonBits(ref, cur),
  js_distance_nat: Math.sqrt(jensenShannonNats(ref, cur)),
  js_distance_bits: Math.sqrt(jensenShannonBits(ref, cur)),
  hellinger: hellinger(ref, cur),
  bhattacharyya_coeff: bhattacharyyaCoefficient(ref, cur),
  total_variation: totalVariation(ref, cur),
  l_infinity: largestDifference(ref, cur),
})
