import { normalQuantile, normalSf } from '../../statistics/special.ts'
import { gauss } from '../false-alarms/generator.ts'
import type { Quantile, World } from '../false-alarms/worlds.ts'
import { categories, quantileCells, rows, zipf } from '../false-alarms/worlds.ts'

/** Rows of the two sides in every picture. */
export const sizes = { reference: 10_000, current: 1_000 } as const

/** One way in which a window can change, by more and more. */
export interface Change {
  /** Of the line in the picture. */
  readonly name: string
  readonly amounts: readonly number[]
  readonly amountText: (amount: number) => string
  /** `a shift of 0.14 sd`. */
  readonly words: (amount: number) => string
  readonly world: (amount: number) => World
}

/** What a detector is measured on: no change, and changes. The first that a detector has something to say about. */
export interface Setting {
  readonly feature: string
  readonly unchanged: World
  readonly repetitions: number
  /** Per point of a change. */
  readonly windows: number
  readonly changes: readonly Change[]
}

const normal: Quantile = (u) => normalQuantile(Math.min(Math.max(u, 2 ** -33), 1 - 2 ** -33))
const steps = (last: number) => Array.from({ length: 13 }, (_, i) => (i * last) / 12)
const inSd = (amount: number) => `${amount.toFixed(2)} sd`

/** A normal feature that moves, and one that widens, by parts of its standard deviation. */
const numericChanges = (world: (shift: number, factor: number) => World): Change[] => [
  {
    name: 'moved, in sd',
    amounts: steps(0.36),
    amountText: (amount) => amount.toFixed(2),
    words: (amount) => `a shift of ${inSd(amount)}`,
    world: (amount) => world(amount, 1),
  },
  {
    name: 'wider, in sd',
    amounts: steps(0.36),
    amountText: (amount) => amount.toFixed(2),
    words: (amount) => `a spread wider by ${inSd(amount)}`,
    world: (amount) => world(0, 1 + amount),
  },
]

const percent = (amount: number) => `${Number((100 * amount).toFixed(1))} %`

function shareChange(weights: readonly number[]): Change {
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  const [first = 0, ...others] = weights.map((weight) => weight / whole)
  const now = (by: number) => [
    first + by,
    ...others.map((share) => (share * (1 - first - by)) / (1 - first)),
  ]
  return {
    name: 'share that the first category gains',
    amounts: steps(0.12),
    amountText: percent,
    words: (amount) => `${percent(amount)} of the rows gone over to the first category`,
    world: (amount) => categories('', weights, now(amount)),
  }
}

const ofCategories = (feature: string, weights: readonly number[]): Setting => ({
  feature,
  unchanged: categories(feature, weights),
  repetitions: 40_000,
  windows: 500,
  changes: [shareChange(weights)],
})

/** In the order of preference: categories first, for detectors that read everything. */
export const settings: readonly Setting[] = [
  ofCategories('ten categories, the first with 34 % of the rows', zipf(10)),
  ofCategories('two categories, the first with 20 % of the rows', [0.2, 0.8]),
  {
    feature: 'a normal feature in the cells of its reference',
    unchanged: quantileCells('normal', normal),
    repetitions: 40_000,
    windows: 500,
    changes: numericChanges((shift, factor) =>
      quantileCells('normal', normal, (u) => normalSf((shift - normal(u)) / factor)),
    ),
  },
  {
    feature: 'raw values of a normal feature',
    unchanged: rows('normal', (_, next) => gauss(next)),
    repetitions: 4_000,
    windows: 200,
    changes: numericChanges((shift, factor) =>
      rows(
        'normal',
        (_, next) => gauss(next),
        (_, next) => shift + factor * gauss(next),
      ),
    ),
  },
]
