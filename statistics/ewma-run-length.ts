import { denseRunLength } from './cusum-run-length.ts'
import { type RunLength, runLength } from './run-length.ts'
import { normalSf } from './special.ts'

/**
 * Run length of an EWMA of errors at `rate` that starts at `start` and alarms above `limit`. The average is kept on a
 * grid, each value split over its two neighbours so that its mean is kept.
 */
export function errorEwmaRunLength(
  lambda: number,
  limit: number,
  rate: number,
  start = rate,
  cells = 6_000,
): RunLength {
  const width = limit / cells
  const from = new Float64Array(cells + 1)
  const place = (z: number) => z / width
  const put = (to: Float64Array, z: number, mass: number) => {
    const at = place(z)
    const low = Math.floor(at)
    const share = at - low
    to[low] = (to[low] as number) + mass * (1 - share)
    if (share > 0 && low < cells) to[low + 1] = (to[low + 1] as number) + mass * share
  }
  put(from, Math.min(start, limit), 1)
  return runLength(from, (now, then) => {
    then.fill(0)
    for (let i = 0; i <= cells; i++) {
      const mass = now[i] as number
      if (mass === 0) continue
      const z = i * width
      put(then, (1 - lambda) * z, mass * (1 - rate))
      const up = (1 - lambda) * z + lambda
      if (up <= limit) put(then, up, mass * rate)
    }
  })
}

/**
 * Run length of an EWMA of normal values with deviation 1 and mean `mean` that starts at 0 and alarms beyond `bound`,
 * on one side or both (Lucas and Saccucci, Technometrics 32, 1990). One-sided, what is far below counts as at the
 * lower end.
 */
export function normalEwmaRunLength(
  lambda: number,
  bound: number,
  sides: 'up' | 'both',
  mean = 0,
  cells = 201,
): RunLength {
  const low = sides === 'both' ? -bound : -Math.max(bound, 6 * Math.sqrt(lambda / (2 - lambda)))
  const width = (bound - low) / cells
  const rows = Array.from({ length: cells }, (_, i) => {
    const at = (1 - lambda) * (low + (i + 0.5) * width)
    const below = (z: number) => 1 - normalSf((z - at) / lambda - mean)
    const row = new Float64Array(cells)
    let before = sides === 'both' ? below(low) : 0
    for (let j = 0; j < cells; j++) {
      const here = below(low + (j + 1) * width)
      row[j] = here - before
      before = here
    }
    return row
  })
  return denseRunLength(rows, Math.min(cells - 1, Math.floor(-low / width)))
}
