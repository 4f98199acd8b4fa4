import type { ReferenceKind } from '../contracts/reference-settings.ts'
import type { Report } from '../contracts/report.ts'
import type { DataSide } from './kinds.ts'

/** Whether a reference holds the same time of other weeks, so that what comes back every week is no drift against it. */
const repeats: Readonly<Record<ReferenceKind, boolean>> = {
  training: false,
  rolling: false,
  'same-hour-of-week': true,
}

/** What the report on the data of a window says of its kind of drift. */
export function dataSideOf(
  report: Pick<Report, 'verdict' | 'headline' | 'references' | 'features' | 'evidence'>,
): DataSide {
  const { verdict, headline, references, features, evidence } = report
  if (references !== undefined) {
    const used = references.filter(({ unused }) => unused === null)
    return {
      ...{ verdict, headline },
      references: used.map(({ name, kind, drifted }) => ({
        name,
        drifted,
        repeats: repeats[kind],
      })),
    }
  }
  const drifted = features.filter(({ state }) => state === 'drifted').length
  return {
    verdict,
    headline,
    references: [{ name: evidence.reference.name, repeats: false, drifted }],
  }
}
