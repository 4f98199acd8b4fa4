import { logSameRateP, rateDifferenceInterval } from '../statistics/rates.ts'
import type { Comparison } from './detector.ts'
import { pOfLog } from './table-effect.ts'

/** Rows on one side, and how many of them are counted by the rate. */
export interface Rate {
  readonly hits: number
  readonly rows: number
}

/** A rate now less the rate in the reference, with Newcombe's interval; nothing changed where a side has no rows. */
export function rateChange(before: Rate, now: Rate): Comparison {
  const n = { reference: before.rows, current: now.rows }
  if (before.rows === 0 || now.rows === 0) {
    return { score: 0, effect: 0, effectInterval: [0, 0], n, cells: 2 }
  }
  const logP = logSameRateP(before.hits, before.rows, now.hits, now.rows)
  const difference = now.hits / now.rows - before.hits / before.rows
  return {
    score: difference,
    effect: difference,
    effectInterval: rateDifferenceInterval(before.hits, before.rows, now.hits, now.rows),
    pValue: pOfLog(logP),
    logP,
    n,
    cells: 2,
  }
}
