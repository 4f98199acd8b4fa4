import { multinomial } from '../false-alarms/draws.ts'
import { gauss, type Next } from '../false-alarms/generator.ts'

/** What is drawn once for a window and then changed by every size alike, so that sizes differ by the change only. */
export interface Base {
  /** Standard normal values, others, and uniform ones. */
  readonly z: Float64Array
  readonly other: Float64Array
  readonly u: Float64Array
}

export function drawBase(rows: number, next: Next): Base {
  const normals = () => Float64Array.from({ length: rows }, () => gauss(next))
  return { z: normals(), other: normals(), u: Float64Array.from({ length: rows }, next) }
}

/** A change of a standard normal feature by `size`; `from` and `to` are sizes to look at, in units of `unit`. */
export interface NumericChange {
  readonly what: string
  readonly apply: (base: Base, size: number) => Float64Array
  readonly from: number
  readonly to: number
}

export const numericChanges: Readonly<Record<string, NumericChange>> = {
  mean: {
    what: 'mean + size x sd',
    apply: ({ z }, size) => z.map((x) => x + size),
    from: 2.2,
    to: 7,
  },
  variance: {
    what: 'sd x (1 + size)',
    apply: ({ z }, size) => z.map((x) => x * (1 + size)),
    from: 1.5,
    to: 8,
  },
  tail: {
    what: 'a share of rows with five times the sd',
    apply: ({ z, other, u }, size) =>
      z.map((x, i) => ((u[i] as number) < size ? 5 * (other[i] as number) : x)),
    from: 0.08,
    to: 7,
  },
}

/** Nineteen categories of falling frequency and a rare one of 1 %; the last weight is what nobody has seen before. */
const usual = Array.from({ length: 19 }, (_, i) => 1 / (i + 2))
const whole = usual.reduce((sum, weight) => sum + weight, 0)
const shares = (rare: number, unseen: number): number[] => [
  ...usual.map((weight) => (weight / whole) * (1 - rare - unseen)),
  rare,
  unseen,
]

/** A change of a categorical feature; sizes to look at for windows of `rows`, `unit` as above. */
export interface CategoricalChange {
  readonly what: string
  readonly draw: (rows: number, size: number, next: Next) => Float64Array
  readonly sizes: (rows: number, unit: number) => { from: number; to: number; most: number }
}

export const categoricalChanges: Readonly<Record<string, CategoricalChange>> = {
  'rare category': {
    what: 'a category of 1 % x (1 + size)',
    draw: (rows, size, next) => multinomial(rows, shares(0.01 * (1 + size), 0), next),
    sizes: (_, unit) => ({ from: 20 * unit, to: 130 * unit, most: 98 }),
  },
  'new category': {
    what: 'a new category with a share of size',
    draw: (rows, size, next) => multinomial(rows, shares(0.01 * (1 - size), size), next),
    sizes: (rows) => ({ from: 1 / rows, to: 90 / rows, most: 0.9 }),
  },
}

/** Sizes from one to the other in equal ratios of about `ratio`. */
export function sizesBetween(from: number, to: number, ratio: number): number[] {
  const steps = Math.max(1, Math.round(Math.log(to / from) / Math.log(ratio)))
  return Array.from({ length: steps + 1 }, (_, i) => from * (to / from) ** (i / steps))
}

/** Standard deviation of a difference of two means of rows with sd 1. */
export const unitOf = (reference: number, current: number): number =>
  Math.sqrt(1 / reference + 1 / current)
