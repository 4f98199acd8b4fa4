import { betaRegularised, binomialSf, studentSf } from '../../../statistics/beta.ts'
import {
  chiSquareSf,
  kolmogorovSf,
  logGamma,
  normalQuantile,
  normalSf,
} from '../../../statistics/special.ts'
import { defineAdapter } from '../adapter.ts'

const functions: Readonly<Record<string, (...args: number[]) => number>> = {
  chi2_sf: (x, degrees) => chiSquareSf(x!, degrees!),
  norm_sf: (z) => normalSf(z!),
  norm_ppf: (p) => normalQuantile(p!),
  t_sf: (t, degrees) => studentSf(t!, degrees!),
  kolmogorov_sf: (t) => kolmogorovSf(t!),
  lgamma: (x) => logGamma(x!),
  betainc_reg: (a, b, x) => betaRegularised(a!, b!, x!),
  binom_sf: (k, n, p) => binomialSf(k!, n!, p!),
}

/** Special functions against numbers of 40 digits. */
export const special = defineAdapter<{ fn: string; args: number[] }>({
  compute: ({ fn, args }) => ({ value: functions[fn]?.(...args) }),
  // Below the smallest normal double a number carries fewer digits.
  within: (_, __, expected) => ({
    relative: Math.abs(expected) < 1e-307 ? 1e-8 : 1e-11,
    absolute: 0,
  }),
})
