import { logGamma } from '../gamma.ts'

/** A term below this is the last one that is added. */
const smallestTerm = 1e-7

/**
 * P(W² >= x) of the Cramér-von Mises limit as scipy 1.17 computes it: 1 less the series of Csörgő and Faraway (J. R.
 * Stat. Soc. B 58, 1996, equation 1.3), which ends with the first term below 1e-7. It is up to some 1e-9 too large,
 * and 0 far out.
 */
export function cvmLimitP(x: number): number {
  // Below this the distribution function is less than 2e-18.
  if (x < 0.003) return 1
  let sum = 0
  for (let k = 0; ; k++) {
    const y = 4 * k + 1
    const q = (y * y) / (16 * x)
    const weight = Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x))
    const term = weight * Math.sqrt(y) * Math.exp(-2 * q) * scaledBessel(q)
    sum += term
    if (term < smallestTerm) return Math.max(0, 1 - sum)
  }
}

/**
 * exp(q) K(q) of the modified Bessel function of the second kind of order 1/4: the integral of
 * exp(-q (cosh t - 1)) cosh(t / 4) by the trapezoidal rule, which for it converges faster than any power of the step.
 */
function scaledBessel(q: number): number {
  const step = 0.1
  let sum = 0.5
  for (let i = 1; ; i++) {
    const t = i * step
    // cosh t - 1 without cancellation.
    const decay = 2 * q * Math.sinh(t / 2) ** 2
    if (decay > 745) return sum * step
    sum += Math.exp(-decay) * Math.cosh(t / 4)
  }
}
