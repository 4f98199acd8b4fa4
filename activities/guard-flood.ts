import type pg from 'pg'
import { guardedSpans } from '../adapters/postgres/guarded-inputs.ts'
import { listNotices } from '../adapters/postgres/notices.ts'
import type { GuardSettings } from '../contracts/config.ts'
import type { Notice } from '../contracts/notice.ts'
import { floodMinutes, floodOf, usualDays } from '../policies/guard-flood.ts'
import { count, instant, percent } from '../reports/numbers.ts'

const minuteMs = 60_000
const spanMs = floodMinutes * minuteMs

/**
 * What to tell of refused inputs; null: no flood. While one lasts the sentence stays that of its beginning, so that its
 * notice is told once. `open`: open notices of all models.
 */
export async function floodTrouble(
  { db, clock }: { readonly db: pg.Pool; readonly clock: () => number },
  model: string,
  guard: GuardSettings | undefined,
  open: readonly Notice[],
): Promise<string | null> {
  if (guard === undefined || !guard.enabled) return null
  // The minute under way is not whole, and the counts of the one before it have been written by its end.
  const until = new Date(Math.ceil(clock() / minuteMs) * minuteMs)
  const from = new Date(until.getTime() - usualDays * 86_400_000)
  const spans = await guardedSpans(db, model, { from, until, minutes: floodMinutes })
  const lastMs = until.getTime() - spanMs
  const span = spans.find(({ startMs }) => startMs === lastMs)
  if (span === undefined) return null
  const floods = (await listNotices(db, model)).filter(({ cause }) => cause === 'GUARD_FLOOD')
  const before = spans.filter(
    ({ startMs }) => startMs < lastMs && !floods.some((each) => isWithin(startMs, each)),
  )
  const found = floodOf(span, before, expectedOf(guard))
  if (found === null) return null
  const known = open.find((each) => each.model === model && each.cause === 'GUARD_FLOOD')
  if (known !== undefined) return known.headline
  const { share, usual } = found
  return `${count(span.refused)} of ${count(span.judged)} inputs (${percent(share)}) were refused by the guard in the ${floodMinutes} minutes to ${instant(until.toISOString())}, usually ${percent(usual)}: a caller that is broken, abuse or an attack`
}

/** A flood does not become what is usual: nor does the span in which it was seen. */
const isWithin = (startMs: number, { openedAt, resolvedAt }: Notice): boolean =>
  startMs > Date.parse(openedAt) - 2 * spanMs &&
  (resolvedAt === null || startMs < Date.parse(resolvedAt))

/** What the guard was set to refuse of inputs like the reference's, as strong as the rows that it was set by. */
function expectedOf({ far, reasons, rows }: GuardSettings): { judged: number; refused: number } {
  const refusesFar = far !== undefined && reasons['far from everything seen'] === 'refuse'
  return { judged: rows, refused: refusesFar ? Math.ceil(rows * far.rate) : 0 }
}
