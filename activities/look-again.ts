import { type Below, rowsBelow } from '../adapters/postgres/parts.ts'
import { recordLook, touchedWindows } from '../adapters/postgres/second-looks.ts'
import { placesOf } from '../adapters/postgres/verdicts.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { judgePlan } from './judge-window.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

export interface Touched {
  readonly model: string
  readonly reading: string
  /** Rows that were read between these came too late for windows that were judged. */
  readonly since: Below
  readonly upTo: Below
  /** Only windows that start before; null: every one. */
  readonly before: Date | null
}

/**
 * Judges closed windows again into which rows came after their verdict, late or by a repair, where these are at least the
 * declared share of the window's rows (`window.rejudge`; never unless declared). The first verdict stays on record,
 * the look stands beside it, and nobody is told of it: it opens no incident, so it spends nothing of the budget of
 * false alarms. Returns how many were judged. Repeated, it finds nothing more to do.
 */
export async function lookAgain(deps: ScanDeps, touched: Touched): Promise<number> {
  const { settings } = await scannedModel(deps, touched.model)
  const declared = settings.window.rejudge
  if (declared === undefined) return 0
  const { reading, since, upTo, before } = touched
  let looks = 0
  for (const { plan, last } of await touchedWindows(deps.db, touched, since, upTo, before)) {
    const window = { start: new Date(plan.window.start), end: new Date(plan.window.end) }
    // What was backfilled since is nobody's late row.
    const began = plan.began && { began: plan.began }
    const rows = await rowsBelow(deps.db, reading, window, { ...upTo, ...began })
    const late = rows - (await rowsBelow(deps.db, reading, window, { ...last, ...began }))
    const share = rows === 0 ? 0 : late / rows
    if (share < declared) continue
    const again: ScanPlan = {
      ...plan,
      repairs: upTo.repairs,
      ...placesOf(upTo.cut),
    }
    const { report } = await judgePlan(deps, again, { first: plan })
    await recordLook(deps.db, again, { share, report })
    looks++
  }
  return looks
}
