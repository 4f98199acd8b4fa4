import { type HistoryEntry, historyEntry, type VerdictSummary } from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Db } from './pool.ts'

/** As many windows as are told since a time. */
const mostSince = 5_000

/**
 * Verdicts of a model without their reports, the newest window first; the id is the window's start. `since`: of windows
 * that begin at or after it. Throws REQUEST_INVALID where those are more than 5,000.
 */
export async function listVerdictSummaries(
  db: Db,
  model: string,
  { since, limit = since ? mostSince + 1 : 100 }: { since?: Date; limit?: number } = {},
): Promise<VerdictSummary[]> {
  const { rows } = await db.query<{
    start: Date
    end: Date
    verdict: VerdictSummary['verdict']
    headline: string
    at: Date
  }>(
    `select window_start as start, window_end as "end", verdict, report->>'headline' as headline,
            judged_at as at
     from verdicts where model = $1 and ($3::timestamptz is null or window_start >= $3)
     order by window_start desc limit $2`,
    [model, limit, since ?? null],
  )
  if (since && rows.length > mostSince) {
    const reason = `more than ${mostSince} windows since ${since.toISOString()}: ask for later ones`
    throw new DriftgateError('REQUEST_INVALID', { reason })
  }
  return rows.map(({ start, end, verdict, headline, at }) => ({
    id: start.toISOString(),
    verdict,
    window: { start: start.toISOString(), end: end.toISOString() },
    headline,
    at: at.toISOString(),
  }))
}

/** Verdicts of windows that start at `until` or before, with how each feature stood; the newest window first. */
export async function listHistory(
  db: Db,
  model: string,
  until: Date | null,
  limit = 90,
): Promise<HistoryEntry[]> {
  const { rows } = await db.query<{
    start: Date
    end: Date
    verdict: string
    headline: string
    at: Date
    features: unknown[]
  }>(
    `select window_start as start, window_end as "end", verdict, report->>'headline' as headline,
            judged_at as at,
            (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                      'feature', f->'feature', 'segment', f->'segment',
                      'windows', coalesce(f->'windows', '1'), 'reference', f->'reference', 'state', f->'state',
                      'detector', f#>'{primary,detector}', 'effect', f#>'{primary,effect}',
                      'minimumEffect', f->'minimumEffect')) order by place), '[]')
             from jsonb_array_elements(report->'features') with ordinality as e(f, place)) as features
     from verdicts where model = $1 and ($2::timestamptz is null or window_start <= $2)
     order by window_start desc limit $3`,
    [model, until, limit],
  )
  return rows.map(({ start, end, verdict, headline, at, features }) =>
    historyEntry.parse({
      id: start.toISOString(),
      verdict,
      window: { start: start.toISOString(), end: end.toISOString() },
      headline,
      at: at.toISOString(),
      features,
    }),
  )
}

/** The version that was promoted last, else the one whose reference came into force last; null for none. */
export async function championVersion(db: Db, model: string): Promise<string | null> {
  const { rows } = await db.query<{ version: string | null }>(
    `select coalesce(
       (select version from promotions where model = $1 and moved_at is not null
        order by id desc limit 1),
       (select model_version from model_references where model = $1 and segment = '' order by id desc limit 1)
     ) as version`,
    [model],
  )
  return rows[0]?.version ?? null
}

/** Seconds for which each open gate has waited. */
export async function waitingGates(
  db: Db,
): Promise<{ release: string; model: string; seconds: number }[]> {
  const { rows } = await db.query<{ release: string; model: string; seconds: number }>(
    `select release, model, extract(epoch from now() - opened_at)::float8 as seconds
     from releases where state = 'waiting'`,
  )
  return rows
}
