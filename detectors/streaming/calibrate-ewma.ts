import { errorEwmaRunLength, normalEwmaRunLength } from '../../statistics/ewma-run-length.ts'
import { betweenAlarms } from '../../statistics/run-length.ts'
import { apart, nearestReal } from './fit.ts'
import { type Ask, unattainable } from './in-control.ts'

interface Chart {
  readonly lambda: number
  /** How far the average may lie from the target. */
  readonly bound: number
  readonly achieved: number
  readonly by: string
}

/**
 * A weighted average of errors. Its values are few where lambda is large, and so are its run lengths: where none is
 * near, lambda is moved by up to a tenth.
 */
export function errorAverage(name: string, ask: Ask, lambda: number): Chart {
  const { at, high } = ask.rate as NonNullable<Ask['rate']>
  const runs = (weight: number, limit: number, rate: number) =>
    betweenAlarms(errorEwmaRunLength(weight, limit, rate, at, 3_000), ask.every)
  let best: { weight: number; limit: number; off: number } | null = null
  for (let i = 0; i <= 20; i++) {
    const weight = Math.min(0.99, lambda * (1 + (i % 2 === 0 ? 0.005 : -0.005) * Math.ceil(i / 2)))
    if (runs(weight, 1 - 1e-9, high) < ask.every) continue
    const limit = nearestReal((z) => runs(weight, z, high), ask.every, at, 1 - 1e-9)
    const off = apart(runs(weight, limit, high), ask.every)
    if (best === null || off < best.off) best = { weight, limit, off }
    if (off < 0.03) break
  }
  if (best === null || best.off > 0.08) {
    const most = Math.floor(runs(lambda, 1 - 1e-9, high))
    throw unattainable(name, `at a rate of ${at} it alarms every ${most} values or jumps past it`)
  }
  return {
    lambda: best.weight,
    bound: best.limit - at,
    achieved: runs(best.weight, best.limit, at),
    by: 'its Markov chain on a grid',
  }
}

/** A weighted average of normal values, with the mean as far off and the deviation as large as they may be. */
export function normalAverage(
  name: string,
  ask: Ask,
  lambda: number,
  direction: 'up' | 'down' | 'both',
): Chart {
  const { sd, meanOff, highSd } = ask.law as NonNullable<Ask['law']>
  const sides = direction === 'both' ? 'both' : 'up'
  const deviation = Math.sqrt(lambda / (2 - lambda))
  const runs = (limit: number, off: number, by: number) =>
    betweenAlarms(normalEwmaRunLength(lambda, limit * deviation * by, sides, off * by), ask.every)
  const of = (limit: number) => runs(limit, meanOff, sd / highSd)
  let most = 3
  while (most < 12 && of(most) < ask.every) most++
  if (most === 12) {
    throw unattainable(name, 'mean and deviation are known too little: give more values')
  }
  const limit = nearestReal(of, ask.every, 0.2, most)
  return {
    lambda,
    bound: limit * deviation * sd,
    achieved: runs(limit, 0, 1),
    by: 'a Markov chain for normal values',
  }
}
