import { normalQuantile } from '../special.ts'

/** How two models chose 1 among the same rows of one group. */
export interface GroupRates {
  readonly rows: number
  readonly both: number
  readonly onlyFirst: number
  readonly onlySecond: number
}

/**
 * By how much the distance between the rates of two groups certainly grew from the first model to the second: |d₂| - |d₁|
 * is above x exactly where the favoured group's lead lies above x + d₁ and above x - d₁, so both have to be certain, each
 * at `tail` (an intersection-union test, Berger, Technometrics 24, 1982). Rows of a group are the same for both models and
 * are counted together; groups share none. Two rows are added to each group as for paired shares (Bonett and Price, JEBS
 * 37, 2012). Throws a RangeError for a group without rows.
 */
export function disparityGrowth(
  left: GroupRates,
  right: GroupRates,
  tail: number,
): { readonly before: number; readonly after: number; readonly certain: number } {
  if (!(left.rows > 0 && right.rows > 0)) throw new RangeError('a rate needs at least one row')
  const rate = ({ rows, both, onlyFirst, onlySecond }: GroupRates) => ({
    first: (both + onlyFirst) / rows,
    second: (both + onlySecond) / rows,
  })
  const [a, b] = [rate(left), rate(right)]
  const before = Math.abs(a.first - b.first)
  const after = Math.abs(a.second - b.second)
  const z = -normalQuantile(tail)
  const grown = (lead: GroupRates, other: GroupRates) =>
    Math.min(
      ...([-1, 1] as const).map((sign) => {
        const [one, two] = [moments(lead, sign), moments(other, sign)]
        return one.mean - two.mean - z * Math.sqrt(one.variance + two.variance)
      }),
    )
  return { before, after, certain: Math.max(grown(left, right), grown(right, left)) }
}

/** Mean and its variance of (second model's answer + sign x the first's) per row. */
function moments(
  { rows, both, onlyFirst, onlySecond }: GroupRates,
  sign: -1 | 1,
): { mean: number; variance: number } {
  const size = rows + 2
  // Of a difference one row more of either kind; of a sum one that both choose and one that neither does.
  const counts =
    sign === -1
      ? { values: [1, -1, 0], of: [onlySecond + 1, onlyFirst + 1, 0] }
      : { values: [1, 1, 2], of: [onlySecond, onlyFirst, both + 1] }
  const moment = (power: number) =>
    counts.values.reduce((sum, value, i) => sum + value ** power * (counts.of[i] as number), 0) /
    size
  const mean = moment(1)
  return { mean, variance: (moment(2) - mean * mean) / size }
}
