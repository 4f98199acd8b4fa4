import { type Report, reportSchema } from '../../contracts/report.ts'
import type { Cut } from './parts.ts'
import type { Db } from './pool.ts'

/** A verdict or a second look as it is on record. */
export interface RecordedVerdict {
  readonly start: Date
  /** 0: the verdict itself. */
  readonly look: number
  readonly report: Report
  /** What its tests said; null of a second look, from which nobody learns. */
  readonly looks: unknown
  /** The number of the last verdict that it knew of. */
  readonly known: number
  /** Of a second look: what it could hold; null of the verdict itself, whose plan says it. */
  readonly below: { readonly cut: Cut; readonly repairs: number } | null
}

/** Windows with a verdict that start in [from, to), in order of time; null: without an end on that side. */
export async function verdictStarts(
  db: Db,
  model: string,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): Promise<Date[]> {
  const { rows } = await db.query<{ start: Date }>(
    `select window_start as start from verdicts
     where model = $1 and ($2::timestamptz is null or window_start >= $2)
       and ($3::timestamptz is null or window_start < $3)
     order by window_start`,
    [model, from, to],
  )
  return rows.map(({ start }) => start)
}

/** The verdict on a window and every second look at it, in their order. */
export async function recordedVerdicts(
  db: Db,
  model: string,
  start: Date,
): Promise<RecordedVerdict[]> {
  const { rows } = await db.query<{
    look: number
    report: unknown
    looks: unknown
    known: string
    cut: Cut | null
    repairs: string | null
  }>(
    `select 0 as look, report, looks, known, null as cut, null as repairs
     from verdicts where model = $1 and window_start = $2
     union all
     select l.look, l.report, null, v.known, l.cut, l.repairs
     from second_looks l join verdicts v using (model, window_start)
     where model = $1 and window_start = $2
     order by look`,
    [model, start],
  )
  return rows.map(({ look, report, looks, known, cut, repairs }) => ({
    ...{ start, look, report: reportSchema.parse(report), looks, known: Number(known) },
    below: cut === null ? null : { cut, repairs: Number(repairs) },
  }))
}
