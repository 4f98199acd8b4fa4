import type { ReferenceEvidence } from '../../contracts/reference-report.ts'
import { type ScanEvidence, scanEvidenceSchema } from '../../contracts/report.ts'
import type { Db } from './pool.ts'

/** A stored reference, as evidence names it. */
export interface NamedReference {
  /** Digests; of the profile null where a window was held against computed references alone. */
  readonly binning: string
  readonly profile: string | null
  readonly modelVersion: string
}

/** What of a model's past the verdict on a window rests on: the same however often the window is judged. */
export interface Known {
  /** Number of the last verdict that it knows of. */
  readonly verdicts: number
  /** Null: the window was not judged yet, and what is in force now counts. */
  readonly reference: NamedReference | null
  /** What was merged into computed references; empty: nothing, or the window was not judged yet. */
  readonly merged: readonly ReferenceEvidence[]
}

/** Verdicts of a model come on record one after the other: none with a lower number comes later. */
export async function knownOf(db: Db, model: string, start: Date): Promise<Known> {
  const { rows } = await db.query<{ known: string; evidence: unknown }>(
    `select coalesce(v.known, (select coalesce(max(number), 0) from verdicts where model = $1)) as known,
            v.report -> 'evidence' as evidence
     from (select) as one left join verdicts v on v.model = $1 and v.window_start = $2`,
    [model, start],
  )
  const [row] = rows
  return knownBy(
    Number(row?.known),
    row?.evidence == null ? null : scanEvidenceSchema.parse(row.evidence),
  )
}

/** What evidence names, beside the verdicts up to a number; null: none does. */
export function knownBy(verdicts: number, evidence: ScanEvidence | null): Known {
  if (evidence === null) return { verdicts, reference: null, merged: [] }
  const { binning, reference, references: merged = [] } = evidence
  const { modelVersion } = reference
  const training = merged.find(({ kind }) => kind === 'training')
  const profile = merged.length === 0 ? reference.profile : (training?.looks[0]?.profile ?? null)
  return { verdicts, reference: { binning, profile, modelVersion }, merged }
}
