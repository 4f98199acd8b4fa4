import { endBackfill, recordBackfill } from '../adapters/postgres/backfills.ts'
import { recordLaterJoin } from '../adapters/postgres/joins.ts'
import { findReading } from '../adapters/postgres/readings.ts'
import { referenceInForce } from '../adapters/postgres/references.ts'
import type { BackfillPlan } from '../contracts/backfill.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { windowStartOf } from '../policies/window.ts'
import { clockSlackMs } from './broker-time.ts'
import { type JoinOptions, joinReading } from './join-halves.ts'
import { readingInForce } from './reading-in-force.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

/**
 * What has to be read so that the reading in force holds every window from the one that `since` lies in: down to the
 * first record that the broker has from then on. Nothing where it holds them already.
 *
 * Errors: as `planScan`.
 */
export async function planBackfill(
  deps: ScanDeps,
  { model, since: asked }: { model: string; since: string },
): Promise<BackfillPlan> {
  const { settings } = await scannedModel(deps, model)
  const reference = await referenceInForce(deps.db, model)
  if (reference === null) throw new DriftgateError('REFERENCE_MISSING', { model })
  const found = await readingInForce(deps, model, settings, reference.binningDigest)
  const { reading, passages } = found
  const sinceMs = windowStartOf(settings.window, Date.parse(asked))
  const since = new Date(sinceMs).toISOString()
  const first = await deps.log.offsetsAt(reading.topic, sinceMs - clockSlackMs)
  const isThere = reading.windowsFrom === null || reading.windowsFrom.getTime() <= sinceMs
  const partitions = [...passages].flatMap(([partition, { began }]) => {
    const from = first.get(partition) ?? began
    return isThere || from >= began ? [] : [{ partition, from: String(from), to: String(began) }]
  })
  const plan = { model, reading: reading.id, since, partitions }
  await recordBackfill(deps.db, plan)
  return plan
}

/** Windows from `since` on are now in the reading. Throws BACKFILL_INCOMPLETE where retention was faster. */
export async function finishBackfill(
  deps: ScanDeps,
  { model, reading, since }: BackfillPlan,
): Promise<void> {
  if (await endBackfill(deps.db, reading, since)) return
  const topic = (await findReading(deps.db, reading))?.topic ?? ''
  throw new DriftgateError('BACKFILL_INCOMPLETE', { model, topic, since })
}

/**
 * Joins what was backfilled of a reading whose rows wait for a join, so that windows which no scan judges hold it too. Returns
 * the number of the last join; 0: rows of the reading count as they are read, or nothing was joined ever, and the next
 * scan will hold it. Asked for again it finds nothing to do. Errors: as `joinReading`.
 */
export async function joinBackfilled(
  deps: ScanDeps,
  { model, reading }: { readonly model: string; readonly reading: string },
  options: JoinOptions = {},
): Promise<number> {
  const join = await recordLaterJoin(deps.db, reading)
  if (join === null) return 0
  await joinReading(deps, { model, reading, to: join.number }, options)
  return join.number
}
