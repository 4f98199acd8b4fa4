import type { Sides } from './evidently-cells.ts'
import { evidentlyTests, type StatTest } from './evidently-tests.ts'
import type { Value } from './value-counts.ts'

export interface EvidentlyResult {
  readonly test: string
  /** A p-value or a distance; null where Evidently gives NaN. */
  readonly score: number | null
  readonly threshold: number
  readonly drifted: boolean
}

/**
 * One column as Evidently 0.7.23 judges it by `test`, or by its own choice for 'auto'; values that are not finite are
 * dropped. Throws RangeError for a test that does not exist here, and where Evidently itself raises.
 */
export function evidently(
  type: 'numeric' | 'categorical',
  reference: ArrayLike<Value>,
  current: ArrayLike<Value>,
  test = 'auto',
): EvidentlyResult {
  const numeric = type === 'numeric'
  const sides = { numeric, reference: usable(reference), current: usable(current) }
  if (sides.reference.length === 0 || sides.current.length === 0) {
    throw new RangeError('a side without any value cannot be compared')
  }
  const name = test === 'auto' ? chosen(sides) : test
  const found = Object.hasOwn(evidentlyTests, name) ? evidentlyTests[name] : undefined
  if (found === undefined)
    throw new RangeError(`the test '${name}' of Evidently does not exist here`)
  const { threshold, score, drifted } = found as StatTest
  const value = score(sides)
  return {
    test: name,
    score: value,
    threshold,
    drifted: value !== null && drifted(value, threshold),
  }
}

/** Its default: p-values up to 1,000 rows of reference, fixed distances above. */
function chosen({ numeric, reference, current }: Sides): string {
  const values = new Set([...reference, ...current]).size
  const many = numeric && values > 5
  if (reference.length > 1000) return many ? 'wasserstein' : 'jensenshannon'
  return many ? 'ks' : values > 2 ? 'chisquare' : 'z'
}

const usable = (values: ArrayLike<Value>) =>
  Array.from(values).filter((value) => typeof value === 'string' || Number.isFinite(value))
