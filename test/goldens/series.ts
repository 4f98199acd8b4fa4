import { isDeepStrictEqual } from 'node:util'
import { mulberry32, normal } from '../support/mulberry32.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a golden file says of a series beside how it is generated. */
interface InputCheck {
  readonly n: number
  readonly sum: number
  readonly first: readonly number[]
  readonly last: number
}

/** One element of each kind of series, drawn in the order that the format prescribes. */
const generators: Readonly<
  Record<string, (spec: Numbers, next: () => number, i: number) => number>
> = {
  uniform: ({ lo, hi }, next) => lo + (hi - lo) * next(),
  normal12: ({ mean, sd }, next) => normal(next, mean, sd),
  ramp12: ({ from, to, sd, n }, next, i) => {
    const z = normal(next)
    return from + (to - from) * (i / (n - 1)) + sd * z
  },
  mix12: ({ w, m1, s1, m2, s2 }, next) => {
    const first = next() < w
    const z = normal(next)
    return first ? m1 + s1 * z : m2 + s2 * z
  },
  pareto2: ({ scale }, next) => scale / Math.sqrt(1 - next()),
  loglog: ({ scale }, next) => {
    const u = next()
    return scale * (u / (1 - u))
  },
  cube: (_, next) => {
    const u = next()
    return u * u * u
  },
  bernoulli: ({ p }, next) => (next() < p ? 1 : 0),
  bernramp: ({ from, to, n }, next, i) => (next() < from + (to - from) * (i / (n - 1)) ? 1 : 0),
  int: ({ lo, k }, next) => lo + Math.floor(next() * k),
  seq: ({ k }, _, i) => i % k,
}
type Numbers = Readonly<Record<'lo' | 'hi' | 'mean' | 'sd' | 'from' | 'to' | 'n', number>> &
  Readonly<Record<'w' | 'm1' | 's1' | 'm2' | 's2' | 'scale' | 'p' | 'k', number>>

const isSpec = (value: unknown): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  ['gen', 'round', 'concat', 'values'].some((key) => Object.hasOwn(value, key))

function seriesOf(spec: Fields): Float64Array {
  if (Array.isArray(spec['values'])) return Float64Array.from(spec['values'] as number[])
  if (Array.isArray(spec['concat'])) {
    return Float64Array.from((spec['concat'] as Fields[]).flatMap((part) => [...seriesOf(part)]))
  }
  if (isSpec(spec['round'])) {
    const mult = spec['mult'] as number
    return seriesOf(spec['round']).map((x) => Math.floor(x * mult + 0.5) / mult)
  }
  const { gen, n, seed = 0 } = spec as { gen: string; n: number; seed?: number }
  const next = mulberry32(seed)
  if (gen === 'cat') return Float64Array.from({ length: n }, () => category(spec, next()))
  const element = generators[gen]
  if (element === undefined) throw new Error(`unknown generator ${gen}`)
  return Float64Array.from({ length: n }, (_, i) => element(spec as Numbers, next, i))
}

function category(spec: Fields, u: number): number {
  const cum = spec['cum'] as readonly number[]
  const found = cum.findIndex((bound) => u < bound)
  return found < 0 ? cum.length - 1 : found
}

/**
 * The input of a case with every description of a series replaced by its numbers. Throws where a series is not the
 * one that the file was made with.
 */
export function materialise(input: unknown, check: unknown, path = 'input'): unknown {
  if (isSpec(input)) {
    const values = seriesOf(input)
    if (check !== undefined) verify(values, check as InputCheck, path)
    return values
  }
  if (Array.isArray(input)) {
    return input.map((item, i) => materialise(item, (check as unknown[])?.[i], `${path}[${i}]`))
  }
  if (typeof input !== 'object' || input === null) return input
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      key,
      materialise(value, (check as Fields | undefined)?.[key], `${path}.${key}`),
    ]),
  )
}

function verify(values: Float64Array, check: InputCheck, path: string): void {
  const ours = {
    n: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    first: [...values.subarray(0, 3)],
    last: values.at(-1),
  }
  const { n, sum, first, last } = check
  if (!isDeepStrictEqual(ours, { n, sum, first, last })) {
    throw new Error(`${path} is not the series of the file: ${JSON.stringify(ours)}`)
  }
}
