import type { Detector, Sides } from '../../detectors/index.ts'
import { generator } from './generator.ts'
import type { Cell } from './grid.ts'

/** Whether a detector has something to say in a cell of the grid; else why not. */
export type Applies =
  /** `drawn`: its p-values come from draws of their own, which cost much. */
  { readonly yes: true; readonly drawn: boolean } | { readonly yes: false; readonly why: string }

const probes = 20

/**
 * Found by asking, never by name: a detector that decides applies where it can read the feature, gives a p-value, and
 * where what this p-value rests on (counts, moments, missing rows) is what the cell draws.
 */
export function applies(
  detector: Detector,
  { world, reference, current }: Pick<Cell, 'world' | 'reference' | 'current'>,
): Applies {
  const next = generator(1, reference, current)
  const options = detector.options.parse({})
  let absent = 0
  let drawn = false
  let why = 'no p-value'
  for (let i = 0; i < probes; i++) {
    const sides = world.draw(reference, current, next)
    if (!reads(detector, sides)) return { yes: false, why: `it does not read ${sides.kind} cells` }
    const compare = (changed: Sides) => detector.compare(changed as never, options)
    const comparison = compare(sides)
    const { pValue, pValueAbsent } = comparison
    drawn ||= isDrawn(comparison)
    if (pValue === undefined) {
      absent++
      why = pValueAbsent ?? why
      continue
    }
    const readsMissing = compare(withMissing(sides)).pValue !== pValue
    if (readsMissing !== world.missing) {
      return {
        yes: false,
        why: readsMissing ? 'it reads missing rows' : 'it reads no missing rows',
      }
    }
    if (!world.exactMoments && compare(withMoments(sides)).pValue !== pValue) {
      return { yes: false, why: 'it reads moments of rows' }
    }
    // One p-value of draws costs as much as all the others together.
    if (drawn) return { yes: true, drawn }
  }
  // One that declares where it is valid has to be so throughout, or its silence would read as too few alarms.
  const isOutside = absent > 0 && (detector.validFor ?? 'all') !== 'all'
  return absent === probes || isOutside ? { yes: false, why } : { yes: true, drawn }
}

/** Draws leave an error that is told beside the p-value. */
const isDrawn = (comparison: object): boolean => 'pValueError' in comparison

function reads({ reads, from }: Detector, sides: Sides): boolean {
  if (reads !== 'any' && reads !== sides.kind) return false
  return from === 'counts' || sides.kind === 'categorical' || sides.cells === 'values'
}

const withMissing = (sides: Sides): Sides => ({
  ...sides,
  missing: { reference: sides.missing.reference + 3, current: sides.missing.current + 1_000 },
})

function withMoments(sides: Sides): Sides {
  if (sides.kind === 'categorical' || sides.moments.current === null) return sides
  const { count, mean, sd } = sides.moments.current
  const current = { count, mean: mean + 5 * sd, sd: 3 * sd }
  return { ...sides, moments: { ...sides.moments, current } }
}
