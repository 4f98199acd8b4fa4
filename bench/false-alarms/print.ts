import { levels } from './limits.ts'
import { type Pooled, type Rate, standing } from './verdicts.ts'

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`

/** `0.98 of 1 %`-like words of one rate: rate, and the interval it was held against. */
const rateText = ({ rejected, trials, limits }: Rate): string =>
  `${percent(rejected / trials)} (${percent(limits.low / trials)} to ${percent(limits.high / trials)})`

/** How far a rate is from its level, in standard deviations of chance: the worst cell is the farthest. */
const distance = ({ rejected, trials, level }: Rate): number =>
  (rejected - trials * level) / Math.sqrt(trials * level * (1 - level))

/** The table for people: one line per detector and level, of its worst cell. */
export function tableOf(rates: readonly Rate[], pools: readonly Pooled[]): string {
  const lines = [
    ['detector', 'level', 'cells', 'all cells (at most)', 'worst cell (interval)', '', 'which'],
  ]
  for (const detector of new Set(rates.map(({ detector }) => detector))) {
    for (const level of levels) {
      const mine = rates.filter((rate) => rate.detector === detector && rate.level === level)
      const outside = mine.filter((rate) => standing(rate) !== 'ok')
      const [worst] = [...(outside.length > 0 ? outside : mine)].sort(
        (left, right) => Math.abs(distance(right)) - Math.abs(distance(left)),
      )
      if (worst === undefined) continue
      lines.push([
        level === levels[0] ? detector : '',
        percent(level),
        `${mine.length}`,
        pools
          .filter((pool) => pool.detector === detector && pool.level === level)
          .map(
            ({ rejected, trials, high }) =>
              `${percent(rejected / trials)} (${percent(high / trials)})`,
          )
          .join(),
        rateText(worst),
        outside.length === 0 ? 'ok' : `${outside.length} outside`,
        worst.cell.name,
      ])
    }
  }
  return aligned(lines)
}

/** Every detector that rejects too often over all its cells. */
export const poolsOutside = (pools: readonly Pooled[]): string[] =>
  pools
    .filter(({ rejected, high }) => rejected > high)
    .map(
      ({ detector, level, rejected, trials, high }) =>
        `${detector} at ${percent(level)} is above over all cells together: ${percent(rejected / trials)}, at most ${percent(high / trials)}`,
    )

/** Every rate that is outside, with what the permutation test does where it is below. */
export const outsideOf = (rates: readonly Rate[]): string[] =>
  rates
    .filter((rate) => standing(rate) !== 'ok')
    .map((rate) => {
      const beside =
        rate.permuted === undefined
          ? ''
          : `; ${rate.permuted.ours} rejections where a permutation test has ${rate.permuted.permuted}`
      return `${rate.detector} at ${percent(rate.level)} is ${standing(rate)}: ${rateText(rate)} in ${rate.cell.name}${beside}`
    })

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] as readonly string[]).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] as string).length)),
  )
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
