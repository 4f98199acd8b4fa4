import { z } from 'zod'

const feature = z.string()
const width = z.number().int().min(1)
const index = z.number().int().min(0)

/**
 * How a value of a binning's feature is made of the raw value of another one. Hour 0 to 23, weekday 1 (Monday) to
 * 7, day of the month 1 to 31, month 1 to 12, all in `zone`; age in days before the prediction's event time; length
 * in code points; norm, components and projections of a vector of `width` numbers.
 */
export const derivation = z.discriminatedUnion('part', [
  z.strictObject({
    feature,
    part: z.enum(['hour', 'weekday', 'day', 'month']),
    zone: z.string(),
  }),
  z.strictObject({ feature, part: z.literal('age') }),
  z.strictObject({ feature, part: z.literal('length') }),
  z.strictObject({ feature, part: z.literal('norm'), width }),
  z.strictObject({ feature, part: z.literal('component'), index, width }),
  z.strictObject({ feature, part: z.literal('projection'), index, width }),
])
export type Derivation = z.infer<typeof derivation>

/** What a feature of a configuration becomes in a binning, named and typed. */
export interface FeatureColumn {
  readonly name: string
  readonly type: 'numeric' | 'categorical' | 'boolean'
  readonly cycle?: number
  readonly from?: Derivation
}

interface Declared {
  readonly type: 'numeric' | 'categorical' | 'boolean' | 'timestamp' | 'text' | 'embedding'
  readonly cycle?: number | undefined
  readonly zone?: string | undefined
  readonly width?: number | undefined
  readonly projections?: number | undefined
}

/** Cycles of the parts of a timestamp; a month is as long as the longest. */
const cycles = { hour: 24, weekday: 7, day: 31, month: 12 } as const

/** The columns of one configured feature: itself, or what is derived of it. */
export function columnsOf(name: string, declared: Declared): FeatureColumn[] {
  const { type, cycle } = declared
  if (type === 'timestamp') return timeColumns(name, declared.zone ?? 'UTC')
  if (type === 'text') return [number(`${name}.length`, { feature: name, part: 'length' })]
  if (type === 'embedding') return vectorColumns(name, declared)
  return [cycle === undefined ? { name, type } : { name, type, cycle }]
}

/** The columns of all configured features, in their order. */
export const featureColumns = (features: Readonly<Record<string, Declared>>): FeatureColumn[] =>
  Object.entries(features).flatMap(([name, declared]) => columnsOf(name, declared))

function timeColumns(name: string, zone: string): FeatureColumn[] {
  const parts = Object.entries(cycles).map(([part, cycle]) => ({
    ...number(`${name}.${part}`, { feature: name, part: part as keyof typeof cycles, zone }),
    cycle,
  }))
  return [...parts, number(`${name}.age`, { feature: name, part: 'age' })]
}

function vectorColumns(name: string, { width = 1, projections }: Declared): FeatureColumn[] {
  const part = projections === undefined ? 'component' : 'projection'
  return [
    number(`${name}.norm`, { feature: name, part: 'norm', width }),
    ...Array.from({ length: projections ?? width }, (_, index) =>
      number(`${name}.${part}-${index}`, { feature: name, part, index, width }),
    ),
  ]
}

const number = (name: string, from: Derivation): FeatureColumn => ({ name, type: 'numeric', from })
