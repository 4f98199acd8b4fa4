import { binomialSf } from '../../statistics/beta.ts'
import { normalSf } from '../../statistics/special.ts'
import { apart, nearestReal } from './fit.ts'
import { type Ask, unattainable } from './in-control.ts'

/** Values between alarms when groups of `size` alarm with probability p: whole groups only, ten times `every` long. */
const between = (size: number, p: number, every: number): number =>
  (10 * every) / (Math.floor((10 * every) / size) * p)

/**
 * Groups of errors, by their exact binomial law. How many errors alarm is a whole number, so the size of the group
 * gives way: the one nearest to `group` within 3 per cent, from a group of one value to four times as many.
 */
export function errorGroups(ask: Ask, group: number) {
  const { at, high } = ask.rate as NonNullable<Ask['rate']>
  const { every } = ask
  const wanted = group === 1 ? 50 : group
  let best = { size: 0, errors: 0, off: Number.MAX_VALUE }
  for (let away = 0; away <= 3 * wanted && best.off > 0.03; away++) {
    for (const size of new Set([wanted + away, Math.max(2, wanted - away)])) {
      if (size > every) continue
      for (let errors = Math.ceil(size * at); errors <= size; errors++) {
        const run = between(size, binomialSf(errors, size, high), every)
        const off = apart(run, every)
        if (off < best.off) best = { size, errors, off }
        if (run > every) break
      }
    }
  }
  const { size, errors, off } = best
  if (off > 0.08) throw unattainable('shewhart', `no group of about ${wanted} errors comes near`)
  const sd = Math.sqrt(at * (1 - at))
  return {
    ...{ target: at, sd, group: size, direction: 'up' as const },
    limit: (errors - 0.5 - size * at) / (sd * Math.sqrt(size)),
    achieved: between(size, binomialSf(errors, size, at), every),
    by: 'the binomial law, exact',
  }
}

/** Groups of normal values, with the mean as far off and the deviation as large as they may be. */
export function normalGroups(
  ask: Ask,
  { group, direction }: { readonly group: number; readonly direction: 'up' | 'down' | 'both' },
) {
  const { mean, sd, meanOff, highSd } = ask.law as NonNullable<Ask['law']>
  const outside = (limit: number, off: number, by: number) => {
    const shift = off * Math.sqrt(group)
    const one = normalSf((limit - shift) * by)
    return direction === 'both' ? one + normalSf((limit + shift) * by) : one
  }
  const of = (limit: number) => between(group, outside(limit, meanOff, sd / highSd), ask.every)
  if (group > ask.every || of(30) < ask.every) {
    throw unattainable(
      'shewhart',
      'its groups are too large, or mean and deviation known too little',
    )
  }
  const limit = nearestReal(of, ask.every, 0.01, 30)
  return {
    ...{ target: mean, sd, group, limit },
    achieved: between(group, outside(limit, 0, 1), ask.every),
    by: 'the normal law, exact',
  }
}
