import type { ReferenceReport } from '../contracts/reference-report.ts'
import type { Report } from '../contracts/report.ts'
import { count } from './numbers.ts'

/** How the window stands against each of several references, a line each; none where there is only one. */
export const referenceLines = ({ references = [] }: Pick<Report, 'references'>): string[] =>
  references.map(
    (reference) => `against ${reference.name}, ${kinds[reference.kind]}: ${said(reference)}`,
  )

const kinds: Readonly<Record<ReferenceReport['kind'], string>> = {
  training: 'the training data',
  rolling: 'the windows before',
  'same-hour-of-week': 'the same hours of the weeks before',
}

function said({ rows, unused, drifted, watch }: ReferenceReport): string {
  if (unused !== null) return `not used, ${unused.sentence} (${unused.code})`
  const found = [
    ...(drifted > 0 ? [`${drifted} drifted`] : []),
    ...(watch > 0 ? [`${watch} to watch`] : []),
  ]
  return `${found.length === 0 ? 'no drift' : found.join(', ')} (${count(rows)} rows)`
}
