import type { ReferenceReport } from '../contracts/reference-report.ts'
import type { Report } from '../contracts/report.ts'
import { absorbedSentence } from './absorbed.ts'
import { count } from './numbers.ts'

/**
 * How the window stands against each of several references, a line each, none where there is only one; and where the
 * version's own comes from, when it was absorbed.
 */
export const referenceLines = ({
  references = [],
  absorbed,
}: Pick<Report, 'references' | 'absorbed'>): string[] => [
  ...references.map((reference) => {
    const isAbsorbed = absorbed !== undefined && reference.kind === 'training'
    const what = isAbsorbed ? 'what was absorbed from the log' : kinds[reference.kind]
    return `against ${reference.name}, ${what}: ${said(reference)}`
  }),
  ...(absorbed === undefined ? [] : [`reference: ${absorbedSentence(absorbed)}`]),
]

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
