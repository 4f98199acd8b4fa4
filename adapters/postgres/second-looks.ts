import { type Report, reportSchema } from '../../contracts/report.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import type { Below, Cut } from './parts.ts'
import type { Db } from './pool.ts'
import { belowOf, findPlan } from './verdicts.ts'

/** A judged window, and what its last look could hold. */
export interface TouchedWindow {
  readonly plan: ScanPlan
  readonly last: Below
}

/**
 * The judged windows of a reading, of those that start before `before`, into which rows came between two cuts, in the
 * order of time. `before` null: every window.
 */
export async function touchedWindows(
  db: Db,
  { model, reading }: { readonly model: string; readonly reading: string },
  since: Below,
  upTo: Below,
  before: Date | null,
): Promise<TouchedWindow[]> {
  const { rows } = await db.query<{ start: Date; cut: Cut; repairs: string }>(
    `with fresh as (
       select p.bucket from parts p
       join jsonb_each_text($4) c on c.key::int = p.partition
       left join jsonb_each_text($3) a on a.key::int = p.partition
       where p.reading = $2 and p.segment = '' and p.to_offset <= c.value::bigint and p.repair <= $6
         and (p.from_offset >= coalesce(a.value::bigint, 0) or p.repair > $5)
       union
       select m.bucket from merged_parts m
       where m.reading = $2 and m.segment = '' and m.lifted_at is null and m.repair <= $6
         and m.read_at >= coalesce($8, '-infinity'::timestamptz) - interval '1 hour'
         and lies_below(m.partitions, m.tos, $4)
         and (lies_after(m.partitions, m.froms, $3) or m.repair > $5)
     )
     select c.window_start as start, coalesce(l.cut, c.cut) as cut, coalesce(l.repairs, c.repairs) as repairs
     from cuts c
     left join lateral (
       select cut, repairs from second_looks l
       where l.model = c.model and l.window_start = c.window_start order by look desc limit 1) l on true
     where c.model = $1 and c.reading = $2 and ($7::timestamptz is null or c.window_start < $7)
       and c.lifted_at is null
       and exists (select from fresh f where f.bucket >= c.window_start and f.bucket < c.window_end)
       and exists (select from verdicts v where v.model = c.model and v.window_start = c.window_start)
     order by c.window_start`,
    [
      ...[model, reading, JSON.stringify(since.cut), JSON.stringify(upTo.cut)],
      ...[since.repairs, upTo.repairs, before, since.recordedAt ?? null],
    ],
  )
  const found: TouchedWindow[] = []
  for (const { start, cut, repairs } of rows) {
    const plan = await findPlan(db, model, start)
    if (plan !== null) found.push({ plan, last: { cut, repairs: Number(repairs) } })
  }
  return found
}

/** Records a look unless its evidence was looked at before. */
export async function recordLook(
  db: Db,
  plan: ScanPlan,
  { share, report }: { readonly share: number; readonly report: Report },
): Promise<void> {
  await db.query(
    `insert into second_looks
       (model, window_start, look, reading, cut, repairs, share, verdict, evidence_digest, report)
     values ($1, $2, (select coalesce(max(look), 0) + 1 from second_looks where model = $1 and window_start = $2),
       $3, $4, $5, $6, $7, $8, $9)
     on conflict do nothing`,
    [
      ...[plan.model, plan.window.start, plan.reading, JSON.stringify(belowOf(plan).cut)],
      ...[plan.repairs ?? 0, share, report.verdict, report.evidenceDigest, JSON.stringify(report)],
    ],
  )
}

export interface SecondLook {
  readonly report: Report
  readonly judgedAt: Date
}

/** The last second look at a window; null when it was judged once. */
export async function lastLook(db: Db, model: string, start: Date): Promise<SecondLook | null> {
  const { rows } = await db.query<{ report: unknown; judgedAt: Date }>(
    `select report, judged_at as "judgedAt" from second_looks
     where model = $1 and window_start = $2 order by look desc limit 1`,
    [model, start],
  )
  const [row] = rows
  return row === undefined ? null : { ...row, report: reportSchema.parse(row.report) }
}
