import {
  classifierWorld,
  coverage,
  multiclassWorld,
  regressorWorld,
} from '../test/statistics/intervals/worlds.ts'
import { mulberry32, normal } from '../test/support/mulberry32.ts'
import { defineBench } from './bench.ts'

/** How often each 95 % interval of a metric holds the truth, over worlds and numbers of labels. */
export const intervals = defineBench({
  summary: 'coverage of the 95 % interval of every metric, which is to lie between 94 and 98.5 %',
  options: { trials: 2_000, resamples: 1_000, seed: 1, quick: false },
  async run({ trials, resamples, seed, quick }) {
    const next = mulberry32(seed)
    const worlds = [
      classifierWorld('classifier, even classes', { spread: 2 }, next, resamples),
      classifierWorld('classifier, rare class', { spread: 2, centre: -2 }, next, resamples),
      classifierWorld('classifier, badly calibrated', { spread: 2, wrong: 0.7 }, next, resamples),
      multiclassWorld('three classes', [0.5, 0.3, 0.2], 0.8, next, resamples),
      multiclassWorld('four classes, hard to tell', [0.25, 0.25, 0.25, 0.25], 0.5, next, resamples),
      regressorWorld(
        'regressor, normal errors',
        (chance) => normal(chance, 0.2, 0.7),
        next,
        resamples,
      ),
      regressorWorld(
        'regressor, skewed errors',
        (chance) => -Math.log(1 - chance()),
        next,
        resamples,
      ),
    ]
    let [outside, all] = [0, 0]
    for (const rows of quick ? [100] : [100, 300, 1_000]) {
      for (const world of worlds) {
        console.log(`${world.name}, ${rows} labels`)
        for (const [metric, found] of coverage(world, { rows, trials, next })) {
          const share = found.held / found.trials
          // Two standard errors of the simulation are not held against an interval.
          const noise = 2 * Math.sqrt((share * (1 - share)) / found.trials)
          const fine = share + noise >= 0.94 && share - noise <= 0.985
          all++
          if (!fine) outside++
          console.log(
            `  ${metric.padEnd(22)} ${(100 * share).toFixed(1)} % of ${found.trials}${fine ? '' : '  outside'}`,
          )
        }
      }
    }
    console.log(`\n${outside} of ${all} intervals outside 94 to 98.5 %`)
    return outside === 0 ? 0 : 1
  },
})
