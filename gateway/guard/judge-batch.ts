import type { GuardOutcome, GuardReason } from '../../contracts/guard-settings.ts'
import type { JudgedInput, Judging } from './guarded-model.ts'
import type { InferenceBatch } from './inference-batch.ts'

/** What is told of one row of a request. */
export interface ToldRow {
  /** Its place in the request, from 0. */
  readonly row: number
  readonly outcome: GuardOutcome
  readonly reasons: JudgedInput['answer']['reasons']
  readonly repairs: JudgedInput['answer']['repairs']
}

export interface JudgedBatch {
  /** The strictest outcome of any row. */
  readonly outcome: GuardOutcome
  /** Rows that are not simply accepted. */
  readonly told: readonly ToldRow[]
  /** Rows that go to the model. */
  readonly kept: readonly number[]
  readonly refused: readonly ToldRow[]
  /** By row, for the counts. */
  readonly counted: readonly {
    readonly outcome: GuardOutcome
    readonly timeMs: number
    readonly segments: readonly string[]
    readonly causes: readonly string[]
  }[]
}

const strictness: readonly GuardOutcome[] = ['accept', 'unjudged', 'clean', 'flag', 'refuse']

/** Judges every row. `whole`: one refused row refuses all of them. */
export function judgeBatch(
  batch: InferenceBatch,
  judging: Judging,
  { whole, nowMs }: { readonly whole: boolean; readonly nowMs: number },
): JudgedBatch {
  const told: ToldRow[] = []
  const counted: JudgedBatch['counted'][number][] = []
  let strictest = 0
  for (let row = 0; row < batch.rows; row++) {
    const timeMs = batch.timeMs(row, nowMs)
    const { answer, segments } = judging.judge(batch.raw(row), timeMs)
    const { action, reasons, repairs } = answer
    const causes = [
      ...new Set<string>([
        ...reasons.map(({ reason }): GuardReason => reason),
        ...repairs.map(({ repair }) => repair),
      ]),
    ]
    counted.push({ outcome: action, timeMs, segments, causes })
    strictest = Math.max(strictest, strictness.indexOf(action))
    if (action !== 'accept') told.push({ row, outcome: action, reasons, repairs })
  }
  const refused = told.filter(({ outcome }) => outcome === 'refuse')
  const out = new Set(refused.map(({ row }) => row))
  const outcome = strictness[strictest] as GuardOutcome
  if (whole && refused.length > 0) {
    const withIt = counted.map((each) => ({
      ...each,
      outcome: 'refuse' as const,
      causes: each.outcome === 'refuse' ? each.causes : [sameRequest],
    }))
    return { outcome, told, refused, kept: [], counted: withIt }
  }
  const kept = counted.flatMap((_, row) => (out.has(row) ? [] : [row]))
  return { outcome, told, refused, kept, counted }
}

/** Refused for nothing of its own. */
export const sameRequest = 'with its request'

/** "3 wrong type, 1 missing". */
export function reasonsOf(rows: readonly ToldRow[]): string {
  const counts = new Map<string, number>()
  for (const { reasons } of rows) {
    for (const reason of new Set(reasons.map((each) => each.reason))) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
    }
  }
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ')
}
