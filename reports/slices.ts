import type { Report } from '../contracts/report.ts'

/** Which rows a drift is mostly of, as sentences; nothing where nobody looked, or nothing stands out and `found` is asked. */
export function sliceLines({ slices }: Pick<Report, 'slices'>, found = false): string[] {
  if (slices === undefined) return []
  if (slices.found.length > 0) return slices.found.map(({ sentence }) => sentence)
  return found ? [] : [slices.sentence]
}
