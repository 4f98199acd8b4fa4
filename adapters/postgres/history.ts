import type { Db } from './pool.ts'

export interface HistoryQuery {
  readonly model: string
  /** Its identity: windows that were held against another one are not comparable. */
  readonly reference: string
  /** Windows that end in (from, to]. */
  readonly from: Date
  readonly to: Date
  /** Windows that end until then count as accepted whatever their verdict was. */
  readonly acceptedUntil: Date | null
  /** The number of the last verdict that counts. */
  readonly known: number
}

/** An accepted window and what its tests said by sampling alone: windows merged -> test -> -2 ln p. */
export interface StoredLooks {
  readonly endMs: number
  readonly looks: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** More windows tell no more about how much they vary, and every scan reads them. */
export const mostWindows = 2_000

/** Accepted windows in order of time; of more than `mostWindows` the last ones. */
export async function acceptedLooks(
  db: Db,
  { model, reference, from, to, acceptedUntil, known }: HistoryQuery,
): Promise<StoredLooks[]> {
  const { rows } = await db.query<{ window_end: Date; looks: StoredLooks['looks'] }>(
    `select window_end, looks->$5 as looks from verdicts
     where model = $1 and window_end > $2 and window_end <= $3 and looks ? $5
       and (verdict = 'NO_DRIFT' or window_end <= $4) and number <= $6
     order by window_start desc limit ${mostWindows}`,
    [model, from, to, acceptedUntil, reference, known],
  )
  return rows.map(({ window_end, looks }) => ({ endMs: window_end.getTime(), looks })).toReversed()
}
