import { z } from 'zod'
import { largestDifferenceTerms } from '../statistics/cell-distances.ts'
import { rateDifferenceInterval } from '../statistics/rates.ts'
import { largestNoise, shareVariances } from '../statistics/share-noise.ts'
import { defineDetector } from './detector.ts'
import { bins, compareHistograms, type Histogram, histogramOf } from './histogram.ts'

/**
 * L-infinity distance
 *
 * The largest absolute difference of one cell's share: that one category has gained or lost so many of all rows. The
 * effect is the root of its square less the square of what chance alone reaches half of the time. Its interval is the
 * hull of the intervals of all cells at once: each is Newcombe's of the difference of two rates, at 1 - 4 % / cells, since many
 * cells at once and few rows take a little of it.
 */
export const lInfinity = defineDetector({
  name: 'l-infinity',
  title: 'L-infinity distance',
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'test',
  options: z.strictObject({ bins: bins(30) }),
  examples: [{}, { bins: 10 }],
  minimumEffect: 0.05,
  compare(sides, options, asked) {
    const histogram = histogramOf(sides, options.bins)
    const { reference, current } = histogram
    return compareHistograms(histogram, largestDifferenceTerms, asked, (score) => {
      const chance = largestNoise(shareVariances(reference, current, 'the same law'))
      return {
        score,
        effect: Math.sqrt(Math.max(0, score ** 2 - chance ** 2)),
        effectInterval: intervalOf(histogram),
      }
    })
  },
})

function intervalOf({ reference, current, n, cells }: Histogram): [number, number] {
  let [least, most] = [0, 0]
  for (let i = 0; i < cells; i++) {
    const [low, high] = rateDifferenceInterval(
      reference[i] as number,
      n.reference,
      current[i] as number,
      n.current,
      1 - 0.04 / cells,
    )
    least = Math.max(least, low, -high)
    most = Math.max(most, Math.abs(low), Math.abs(high))
  }
  return [Math.min(1, least), Math.min(1, most)]
}
