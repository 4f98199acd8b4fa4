import {
  binned,
  categories,
  given,
  missing,
  type Quantile,
  quantileCells,
  rows,
  shares,
  tied,
  type World,
  zipf,
} from './worlds.ts'

/** One cell of the grid: a law, and how many rows each side draws of it. */
export interface Cell {
  readonly name: string
  readonly family: string
  readonly world: World
  readonly reference: number
  readonly current: number
  /** Comparisons of which every p-value is read; they decide at 5 %. */
  readonly full: number
  /** All comparisons; they decide at 0.1 % and 0.01 %. */
  readonly all: number
  /** Is in the short form too. */
  readonly quick: boolean
}

const uniform: Quantile = (u) => u
/** Never 1: there a heavy tail has no value. */
const inside = (u: number) => Math.min(u, 1 - 2 ** -32)
/** Pareto of index 2: its mean exists, its variance does not. */
const heavy: Quantile = (u) => 1 / Math.sqrt(1 - inside(u))
/** Log-logistic of shape 5/3. */
const skewed: Quantile = (u) => (inside(u) / (1 - inside(u))) ** 0.6
const halfZeros: Quantile = (u) => Math.max(0, 2 * u - 1)
/** Rayleigh's law in steps of a fortieth. */
const rounded: Quantile = (u) => Math.round(40 * Math.sqrt(-2 * Math.log(1 - inside(u))))
const zerosAndTail: Quantile = (u) =>
  u < 0.3 ? 0 : Math.round(10 / Math.sqrt((1 - inside(u)) / 0.7)) / 10

const whole = (k: number) => Array.from({ length: k }, (_, i) => i)
const powers = (k: number) => Array.from({ length: k }, (_, i) => 2 ** i)

const counts = { full: 20_000, all: 200_000 }
const fewRows = { full: 20_000, all: 20_000 }
const manyRows = { full: 2_000, all: 2_000 }

type Sizes = readonly [reference: number, current: number]
type Repetitions = Pick<Cell, 'full' | 'all'>

/** A Latin subset of sizes x cardinalities: every size and every cardinality, all four corners, and the middle. */
export const grid: readonly Cell[] = [
  ...family('quantile cells', counts, [
    [quantileCells('continuous', uniform), [500, 50], true],
    [quantileCells('continuous', uniform), [500, 1_000]],
    [quantileCells('heavy-tailed', heavy), [500, 100_000]],
    [quantileCells('continuous', uniform), [2_000, 300], true],
    [quantileCells('heavy-tailed', heavy), [10_000, 1_000]],
    [quantileCells('continuous', uniform), [10_000, 10_000]],
    [quantileCells('heavy-tailed', heavy), [100_000, 50]],
    [quantileCells('continuous', uniform), [100_000, 30_000]],
    [quantileCells('continuous', uniform), [1_000_000, 300]],
    [quantileCells('heavy-tailed', heavy), [1_000_000, 100_000], true],
  ]),
  ...family('given cells', counts, [
    [given('2 cells', shares(2)), [500, 50]],
    [given('2 cells, one rare', shares(2, 0.02)), [10_000, 1_000]],
    [given('5 cells', shares(5, 0.5)), [2_000, 300], true],
    [given('10 cells', shares(10)), [500, 100_000]],
    [given('20 cells', shares(20, 0.8)), [500, 300]],
    [given('50 cells', shares(50)), [1_000_000, 50]],
    [given('100 cells', shares(100, 0.95)), [10_000, 10_000], true],
    [given('200 cells', shares(200)), [500, 50]],
    [given('200 cells', shares(200, 0.97)), [100_000, 3_000]],
    [given('200 cells', shares(200)), [1_000_000, 100_000]],
  ]),
  ...family('tied values', counts, [
    [tied('2 values', [0, 1], shares(2)), [500, 50]],
    [tied('2 values, one rare', [0, 1], shares(2, 0.01)), [500, 1_000]],
    [tied('2 values', [0, 1], shares(2, 0.3)), [1_000_000, 100_000]],
    [tied('2 values, one rare', [0, 1], shares(2, 0.001)), [1_000_000, 10_000]],
    [
      tied('30 values, mostly zero', whole(30), [99, ...shares(29).map((x) => x / 29)]),
      [1_000_000, 1_000],
    ],
    [tied('3 values', whole(3), shares(3, 0.5)), [2_000, 100], true],
    [tied('5 values', whole(5), shares(5)), [100_000, 10_000]],
    [tied('10 values, heavy-tailed', powers(10), shares(10, 0.5)), [500, 300]],
    [tied('10 values', whole(10), shares(10)), [1_000_000, 50]],
    [tied('20 values', whole(20), shares(20)), [1_000, 1_000], true],
    [tied('20 values, heavy-tailed', powers(20), shares(20, 0.5)), [10_000, 3_000]],
    [tied('50 values', whole(50), shares(50)), [500, 100_000]],
    [tied('100 values', whole(100), shares(100, 0.97)), [10_000, 300]],
    [tied('200 values', whole(200), shares(200)), [500, 50], true],
    [tied('200 values', whole(200), shares(200, 0.98)), [1_000_000, 10_000]],
  ]),
  ...family('categories', counts, [
    [categories('2 categories', shares(2)), [500, 50], true],
    [categories('2 categories, one rare', shares(2, 0.01)), [500, 300]],
    [categories('2 categories, one rare', shares(2, 0.001)), [1_000_000, 10_000]],
    [categories('2 categories', shares(2, 0.3)), [100_000, 100_000]],
    [categories('3 categories', shares(3)), [500, 100_000]],
    [categories('5 categories', zipf(5)), [2_000, 300], true],
    [categories('10 categories', shares(10)), [1_000_000, 50]],
    [categories('20 categories', zipf(20)), [1_000, 1_000], true],
    [categories('50 categories', zipf(50)), [500, 50]],
    [categories('50 categories', shares(50)), [10_000, 10_000]],
    [categories('100 categories', zipf(100)), [100_000, 1_000]],
    [categories('200 categories', zipf(200)), [10_000, 300]],
    [categories('200 categories', shares(200)), [1_000_000, 100_000]],
  ]),
  ...family('missing rows', counts, [
    [missing(0.001), [500, 50]],
    [missing(0.002), [1_000_000, 1_000]],
    [missing(0.02), [10_000, 300], true],
    [missing(0.05), [500, 100_000]],
    [missing(0.3), [2_000, 3_000], true],
    [missing(0.5), [1_000_000, 100_000]],
  ]),
  ...family('tied quantile cells', fewRows, [
    [binned('half zeros', halfZeros), [500, 50], true],
    [binned('rounded', rounded), [2_000, 300]],
    [binned('zeros and a heavy tail', zerosAndTail), [1_000, 1_000]],
  ]),
  ...family('rows', fewRows, [
    [rows('continuous', uniform), [500, 50], true],
    [rows('heavy-tailed', heavy), [500, 300]],
    [rows('skewed', skewed), [1_000, 100]],
  ]),
  ...family('many rows', manyRows, [
    [binned('zeros and a heavy tail', zerosAndTail), [30_000, 10_000]],
    [rows('heavy-tailed', heavy), [10_000, 300]],
    [rows('continuous', uniform), [500, 10_000]],
    [rows('continuous', uniform), [30_000, 10_000]],
  ]),
]

function family(
  name: string,
  repetitions: Repetitions,
  cells: readonly (readonly [World, Sizes, boolean?])[],
): Cell[] {
  return cells.map(([world, [reference, current], quick = false]) => ({
    name: `${name}, ${world.law}, ${reference.toLocaleString('en')} against ${current.toLocaleString('en')}`,
    family: name,
    world,
    reference,
    current,
    ...repetitions,
    quick,
  }))
}
