import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { BesideReading } from '../../contracts/scan.ts'
import type { Db } from './pool.ts'
import { findReading, passagesOf, type Reading } from './readings.ts'
import { lastRepair } from './repairs.ts'

/**
 * The reading by which the windows were planned before this one came, where it differs by the binning alone and this
 * one came less than `reachMs` before a window; null otherwise.
 */
export async function readingBeside(
  db: Db,
  reading: Reading,
  windowStart: Date,
  reachMs: number,
): Promise<BesideReading | null> {
  const { rows } = await db.query<{ reading: string; first: Date | null }>(
    `with first as (select min(window_start) as start from cuts where model = $1 and reading = $2)
     select c.reading, f.start as first from first f
     join cuts c on c.model = $1 and c.reading <> $2 and c.window_start < coalesce(f.start, $3)
     order by c.window_start desc limit 1`,
    [reading.model, reading.id, windowStart],
  )
  const [row] = rows
  if (row === undefined) return null
  const first = row.first ?? windowStart
  if (windowStart.getTime() >= first.getTime() + reachMs) return null
  const former = await findReading(db, row.reading)
  if (former === null || former.topicId !== reading.topicId || !differByBinning(former, reading)) {
    return null
  }
  const { id, windowsFrom } = former
  const offsets = [...(await passagesOf(db, id))].map(([at, { began }]) => [at, String(began)])
  return {
    reading: id,
    repairs: await lastRepair(db, id),
    ...(windowsFrom !== null && {
      began: { windowsFrom: windowsFrom.toISOString(), offsets: Object.fromEntries(offsets) },
    }),
  }
}

function differByBinning({ definition: left }: Reading, { definition: right }: Reading): boolean {
  const without = (definition: Reading['definition']) =>
    canonicalJson({ ...definition, binning: '' })
  return left.binning !== right.binning && without(left) === without(right)
}
