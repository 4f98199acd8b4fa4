import type { FeatureBinning } from '../contracts/binning.ts'
import type { Derivation } from '../contracts/derived-feature.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import { deriver } from './derived-value.ts'
import { Unreadable } from './unreadable.ts'

const spelled = new Set(['NaN', 'Infinity', '-Infinity'])

type Column = Pick<FeatureBinning, 'name' | 'kind' | 'from'>
/** Puts the values of one raw feature where they belong in the row. */
type Fill = (raw: (feature: string) => unknown, eventMs: number, row: FeatureValue[]) => void

/**
 * Prepares the reading of rows under a binning: raw values by the name of their feature, and the event time
 * (milliseconds; NaN: unknown), to one value per feature of the binning. It throws Unreadable, whose message
 * says which value cannot be right.
 */
export function rowReader(
  columns: readonly Column[],
): (raw: (feature: string) => unknown, eventMs: number) => FeatureValue[] {
  const fills = fillsOf(columns)
  return (raw, eventMs) => {
    const row: FeatureValue[] = new Array(columns.length)
    for (const fill of fills) fill(raw, eventMs, row)
    return row
  }
}

function fillsOf(columns: readonly Column[]): Fill[] {
  const derived = new Map<string, { at: number[]; from: Derivation[] }>()
  const fills: Fill[] = []
  for (const [index, { name, kind, from }] of columns.entries()) {
    if (from === undefined) {
      fills.push((raw, _eventMs, row) => {
        row[index] = single(name, kind, raw(name))
      })
      continue
    }
    const group = derived.get(from.feature) ?? { at: [], from: [] }
    derived.set(from.feature, group)
    group.at.push(index)
    group.from.push(from)
  }
  for (const [feature, { at, from }] of derived) {
    const derive = deriver(from)
    fills.push((raw, eventMs, row) => {
      const values = derive(raw(feature), eventMs)
      for (let i = 0; i < at.length; i++) row[at[i] as number] = values[i]
    })
  }
  return fills
}

function single(name: string, kind: Column['kind'], value: unknown): FeatureValue {
  if (typeof value === 'object' && value !== null) throw new Unreadable(name, 'is no single value')
  if (kind === 'numeric' && typeof value === 'string' && !spelled.has(value)) {
    throw new Unreadable(name, 'holds text where a number belongs')
  }
  // Beyond what a number holds: the nearest one, or as a category its own text.
  if (typeof value === 'bigint') return kind === 'numeric' ? Number(value) : String(value)
  return value as FeatureValue
}
