import type { Next } from '../false-alarms/generator.ts'

/** What a feature's values follow. Features do not depend on each other: that gives the most separate alarms. */
export type Law = NumericLaw | CategoricalLaw

export interface NumericLaw {
  readonly kind: 'numeric'
  readonly name: string
  /** The value of which this share of all values is smaller, 0 < u < 1. */
  value(u: number): number
  /** Share of the values that are smaller than x. */
  below(x: number): number
  readonly missing: number
}

export interface CategoricalLaw {
  readonly kind: 'categorical'
  readonly name: string
  readonly categories: readonly string[]
  /** Their shares add up to 1. */
  readonly shares: readonly number[]
  readonly missing: number
}

type Shape = Pick<NumericLaw, 'value' | 'below'>

const shapes: Readonly<Record<string, Shape>> = {
  uniform: { value: (u) => u, below: (x) => Math.min(1, Math.max(0, x)) },
  exponential: { value: (u) => -Math.log1p(-u), below: (x) => -Math.expm1(-Math.max(0, x)) },
  logistic: { value: (u) => Math.log(u / (1 - u)), below: (x) => 1 / (1 + Math.exp(-x)) },
  /** Without a mean. */
  cauchy: {
    value: (u) => Math.tan(Math.PI * (u - 0.5)),
    below: (x) => 0.5 + Math.atan(x) / Math.PI,
  },
  /** Without a variance. */
  pareto: { value: (u) => (1 - u) ** (-1 / 1.5), below: (x) => (x <= 1 ? 0 : 1 - x ** -1.5) },
  count: steps(21, (k) => 0.8 ** k),
  grade: steps(5, (k) => [1, 4, 9, 4, 2][k] as number),
  /** Three in five are 0, the others continuous. */
  spend: {
    value: (u) => (u < 0.6 ? 0 : -Math.log((1 - u) / 0.4)),
    below: (x) => (x <= 0 ? 0 : 0.6 - 0.4 * Math.expm1(-x)),
  },
}

/** Whole numbers from 0 with these weights. */
function steps(count: number, weight: (k: number) => number): Shape {
  const weights = Array.from({ length: count }, (_, k) => weight(k))
  const whole = weights.reduce((sum, each) => sum + each, 0)
  let sum = 0
  const until = weights.map((each) => {
    sum += each / whole
    return sum
  })
  return {
    value: (u) => Math.min(count - 1, until.filter((share) => share <= u).length),
    below: (x) => (x <= 0 ? 0 : Math.min(1, until[Math.min(count, Math.ceil(x)) - 1] as number)),
  }
}

const numeric = (name: string, shape: string, missing = 0): NumericLaw => ({
  kind: 'numeric',
  name,
  ...(shapes[shape] as Shape),
  missing,
})

function categorical(name: string, weights: readonly number[], missing = 0): CategoricalLaw {
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return {
    kind: 'categorical',
    name,
    categories: weights.map((_, i) => `c${String(i).padStart(3, '0')}`),
    shares: weights.map((weight) => weight / whole),
    missing,
  }
}

const falling = (count: number, power: number) =>
  Array.from({ length: count }, (_, i) => (i + 1) ** -power)

/** The feature that splits the rows into three segments. */
export const group = categorical('group', [0.4, 0.3, 0.3])

/** Nineteen features; the model's score is the twentieth. */
export const laws: readonly Law[] = [
  group,
  numeric('uniform', 'uniform'),
  numeric('exponential', 'exponential', 0.01),
  numeric('logistic', 'logistic'),
  numeric('cauchy', 'cauchy'),
  numeric('pareto', 'pareto', 0.04),
  numeric('uniform-2', 'uniform'),
  numeric('exponential-2', 'exponential'),
  numeric('logistic-2', 'logistic'),
  numeric('count', 'count'),
  numeric('count-2', 'count', 0.01),
  numeric('grade', 'grade'),
  numeric('spend', 'spend'),
  categorical('flag', [0.9, 0.1]),
  categorical('rare-flag', [0.995, 0.005]),
  categorical('plan', falling(5, 1), 0.02),
  categorical('shop', falling(10, 1)),
  categorical('city', falling(50, 1)),
  categorical('product', falling(300, 1.2)),
]

export const score = numeric('(score)', 'uniform')

/** One value of a law; `u` may be drawn elsewhere, so that values can move together. */
export function drawnValue(law: Law, u: number): number | string {
  if (law.kind === 'numeric') return law.value(u)
  let sum = 0
  for (const [i, share] of law.shares.entries()) {
    sum += share
    if (u < sum) return law.categories[i] as string
  }
  return law.categories.at(-1) as string
}

/** A number between 0 and 1, neither of them. */
export function inside(next: Next): number {
  for (;;) {
    const u = next()
    if (u > 0) return u
  }
}
