import { z } from 'zod'
import { totalVariationTerms } from '../statistics/cell-distances.ts'
import { logGamma } from '../statistics/gamma.ts'
import { absoluteNoise, shareVariances } from '../statistics/share-noise.ts'
import { defineDetector } from './detector.ts'
import { bins, compareHistograms, histogramOf } from './histogram.ts'

/**
 * Total variation distance
 *
 * Half the sum of absolute differences of shares: at least so many rows have to move for one histogram to become the
 * other, 0 to 1. Chance alone makes it positive, about half the sum of sqrt(2 v / π), v the variance of a cell's
 * difference. The effect is the root of its square less the mean square that chance alone gives.
 *
 * Interval: the distance of the laws is smaller by at most the noise, half the sum of absolute errors of the cells'
 * differences (triangle inequality), of which an upper bound at 97.5 % is taken; and it is below the observed one by
 * more than 1.96 standard deviations of the largest difference of any set of cells only rarely, since the observed one
 * is too large on average.
 */
export const totalVariation = defineDetector({
  name: 'total-variation',
  title: 'Total variation distance',
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'test',
  options: z.strictObject({ bins: bins(30) }),
  examples: [{}, { bins: 10 }],
  minimumEffect: 0.1,
  compare(sides, options, asked) {
    const histogram = histogramOf(sides, options.bins)
    const { reference, current, n } = histogram
    return compareHistograms(histogram, totalVariationTerms, asked, (score) => {
      const chance = absoluteNoise(shareVariances(reference, current, 'the same law'))
      const noise = absoluteNoise(shareVariances(reference, current, 'two laws'))
      const meanSquare = (chance.mean ** 2 + chance.variance) / 4
      const most = (1.959964 / 2) * Math.sqrt(1 / n.reference + 1 / n.current)
      return {
        score,
        effect: Math.sqrt(Math.max(0, score ** 2 - meanSquare)),
        effectInterval: [Math.max(0, score - noise.bound / 2), Math.min(1, score + most)],
        law: {
          ...chiLaw(chance.mean / 2, meanSquare),
          factor: 1,
          error: Math.sqrt(1 / n.reference + 1 / n.current) / 2,
          margin: noise.bound / 2,
          bias: meanSquare,
          most: 1,
        },
      }
    })
  },
})

/**
 * The degrees and the scale of the multiple of a chi variable that has this mean and mean square: half a sum of absolute
 * normal variables is close to one, far out too.
 */
function chiLaw(mean: number, meanSquare: number): { degrees: number; chance: number } {
  const ratio = Math.log((mean * mean) / meanSquare)
  let [low, high] = [1, 1_000]
  while (high - low > 1e-6 * low) {
    const degrees = (low + high) / 2
    const ofChi = 2 * (logGamma((degrees + 1) / 2) - logGamma(degrees / 2)) + Math.log(2 / degrees)
    if (ofChi < ratio) low = degrees
    else high = degrees
  }
  return { degrees: low, chance: Math.sqrt(meanSquare / low) }
}
