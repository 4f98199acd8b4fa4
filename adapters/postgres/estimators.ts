import type pg from 'pg'
import {
  type EstimatorEvidence,
  type EstimatorKind,
  estimatorEvidence,
} from '../../contracts/estimate.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import { nothingErasedSince } from './erasures.ts'
import type { Cut } from './parts.ts'
import type { WindowToMeasure } from './performances.ts'
import { type Db, transaction } from './pool.ts'
import { openedRows, rowRules } from './row-cipher.ts'

/** Estimators of a model that answer one question of its labels. */
export interface EstimatorsOf {
  readonly model: string
  /** Digest of what is asked of labels. */
  readonly asked: string
}

export interface StoredEstimator<Payload = unknown> {
  readonly version: string
  readonly kind: EstimatorKind
  readonly definition: number
  /** What was known then, ISO 8601. */
  readonly fittedAt: string
  readonly evidence: EstimatorEvidence
  readonly digest: string
  readonly payload: Payload
}

/** A row that one was fitted to, its values in the order of the features of the payload. */
export interface StoredEstimatorRow {
  readonly id: string
  readonly score: number
  readonly chosen: boolean | null
  readonly label: number
  readonly segments: readonly string[]
  readonly values: readonly (FeatureValue | undefined)[]
}

const columns = `version, kind, definition, fitted_at as "fittedAt", evidence, digest`

type Row = Omit<StoredEstimator, 'fittedAt'> & { fittedAt: Date }

const parsed = <Payload>(row: Row): StoredEstimator<Payload> => ({
  ...row,
  fittedAt: row.fittedAt.toISOString(),
  evidence: estimatorEvidence.parse(row.evidence),
  payload: row.payload as Payload,
})

/** By version. */
export async function estimatorsOf<Payload>(
  db: Db,
  { model, asked }: EstimatorsOf,
): Promise<Map<string, StoredEstimator<Payload>>> {
  const { rows } = await db.query<Row>(
    `select ${columns}, payload from estimators where model = $1 and asked = $2`,
    [model, asked],
  )
  return new Map(rows.map((row) => [row.version, parsed<Payload>(row)]))
}

/** Rows of one that are still there, in the order of their ids. */
export async function estimatorRows(
  db: Db,
  { model, asked }: EstimatorsOf,
  version: string,
): Promise<StoredEstimatorRow[]> {
  const { rows } = await db.query<StoredEstimatorRow & { key_id: string | null }>(
    `select id, score, chosen, label, coalesce(segments, '{}') as segments, "values", key_id
     from estimator_rows where model = $1 and asked = $2 and version = $3 order by id collate "C"`,
    [model, asked, version],
  )
  return openedRows(db, { model }, rows, ({ key_id: keyId, values, ...row }, cipher) => ({
    ...row,
    values: keyId === null ? values : JSON.parse(cipher.openText(place, String(values), keyId)),
  }))
}

const place = 'estimator_rows.values'

/**
 * Stores one with its rows, all or nothing, unless its version has one: the first stays for good. Nothing is stored where
 * a prediction was erased after that number, since its row may be among these: it is fitted again.
 */
export function insertEstimator(
  pool: pg.Pool,
  { model, asked }: EstimatorsOf,
  estimator: StoredEstimator,
  { rows, erasure }: { readonly rows: readonly StoredEstimatorRow[]; readonly erasure: number },
): Promise<void> {
  const { version, kind, definition, fittedAt, evidence, digest, payload } = estimator
  return transaction(pool, async (db) => {
    if (!(await nothingErasedSince(db, erasure))) return
    const { rowCount } = await db.query(
      `insert into estimators
         (model, version, asked, kind, definition, fitted_at, evidence, digest, payload)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [
        ...[model, version, asked, kind, definition, fittedAt],
        ...[JSON.stringify(evidence), digest, JSON.stringify(payload)],
      ],
    )
    if (rowCount === 0 || rows.length === 0) return
    const { never, cipher } = await rowRules(db, { model })
    if (never) return
    const kept =
      cipher.keyId === null
        ? rows
        : rows.map((row) => ({
            ...row,
            values: cipher.sealText(place, JSON.stringify(row.values)),
          }))
    await db.query(
      `insert into estimator_rows
         (model, version, asked, id, score, chosen, label, segments, "values", key_id)
       select $1, $2, $3, r.id, r.score, r.chosen, r.label, r.segments, r."values", $5
       from jsonb_to_recordset($4) as r (id text, score double precision, chosen boolean,
         label double precision, segments text[], "values" jsonb) on conflict do nothing`,
      [model, version, asked, JSON.stringify(kept), cipher.keyId],
    )
  })
}

/** A final window of a version with labels enough to be measured by. */
export interface FinalWindow extends WindowToMeasure {
  readonly evidenceDigest: string
  readonly labelReading: string
  readonly labelCut: Cut
  readonly labelRepairs: number
}

const measured = `p ->> 'segment' = '' and p ->> 'state' = 'MEASURED'`

/** Those of a version, the earliest first. */
export async function finalWindowsOf(
  db: Db,
  model: string,
  version: string,
  limit: number,
): Promise<FinalWindow[]> {
  const { rows } = await db.query<FinalWindow>(
    `select f.window_start as start, f.window_end as "end", f.evidence_digest as "evidenceDigest",
            e.evidence ->> 'labelReading' as "labelReading", e.evidence -> 'labelCut' as "labelCut",
            coalesce((e.evidence ->> 'labelRepairs')::float8, 0) as "labelRepairs",
            e.evidence ->> 'reading' as reading, e.evidence -> 'cut' as cut,
            (e.evidence ->> 'repairs')::float8 as repairs, c.began, c.windows_from as "windowsFrom"
     from performances f
     join cuts c on c.model = f.model and c.window_start = f.window_start
     cross join lateral (select f.report -> 'evidence' as evidence) e
     where f.model = $1 and f.final and exists (
       select from jsonb_array_elements(f.report -> 'parts') as p
       where p ->> 'version' = $2 and ${measured})
     order by f.window_start limit $3`,
    [model, version, limit],
  )
  return rows
}

/** Version -> labels of its final windows so far, and how many these are. */
export async function labelsSoFar(
  db: Db,
  model: string,
): Promise<Map<string, { labels: number; windows: number }>> {
  const { rows } = await db.query<{ version: string; labels: number; windows: number }>(
    `select p ->> 'version' as version, sum((p ->> 'labelled')::float8) as labels, count(*)::int as windows
     from performances f cross join jsonb_array_elements(f.report -> 'parts') as p
     where f.model = $1 and f.final and ${measured} group by 1 order by 1`,
    [model],
  )
  return new Map(rows.map(({ version, ...so }) => [version, so]))
}
