import type { Db } from './pool.ts'

/** Where the labels of a model stand. */
export interface LabelMeasure {
  readonly model: string
  /** Event time up to which measures are final; null: no label came yet. */
  readonly watermark: Date | null
  /** Share of the predictions of the last final window with a label; null: there is none, or it held no prediction. */
  readonly coverage: number | null
  /** Labels that came after the final measure of their window, of the windows of the last eight weeks. */
  readonly late: number
  /** Rules that alarm in the last final window, one for each version and segment; null: it was not judged. */
  readonly alarms: readonly string[] | null
}

/** Of those models of which a window was measured. */
export async function labelMeasures(
  db: Db,
  models: readonly string[],
): Promise<Map<string, LabelMeasure>> {
  const { rows } = await db.query<Omit<LabelMeasure, 'watermark'> & { watermark: string | null }>(
    `select m.model, l.watermark, f.coverage, f.alarms, t.late
     from unnest($1::text[]) as m(model)
     cross join lateral (
       select report ->> 'watermark' as watermark, window_start from performances
       where model = m.model order by labels_at desc, window_start desc limit 1) l
     left join lateral (
       select (report ->> 'labelled')::float8 / nullif((report ->> 'predictions')::float8, 0) as coverage,
         jsonb_path_query_array(
           report -> 'judgement' -> 'findings', '$[*] ? (@.state == "alarm").rule') as alarms
       from performances where model = m.model and final order by window_start desc limit 1) f on true
     cross join lateral (
       select coalesce(sum(labels), 0)::float8 as late from late_labels
       where model = m.model and window_start > l.window_start - interval '56 days') t`,
    [models],
  )
  return new Map(
    rows.map(({ watermark, ...row }) => [
      row.model,
      { ...row, watermark: watermark === null ? null : new Date(watermark) },
    ]),
  )
}
