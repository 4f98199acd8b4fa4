import {
  type GuardedRow,
  guardedInputs,
  killedGuards,
} from '../adapters/postgres/guarded-inputs.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { type GuardOutcome, guardOutcomes } from '../contracts/guard-settings.ts'
import type { GuardedCounts, GuardedInputs } from '../contracts/guarded-inputs.ts'
import type { Window } from '../contracts/report.ts'

/** What the guard of a model did in a window; null: nothing came to it. */
export async function guardedIn(
  db: Db,
  model: string,
  window: Window,
): Promise<GuardedInputs | null> {
  const span = { start: new Date(window.start), end: new Date(window.end) }
  const rows = await guardedInputs(db, model, span)
  if (rows.length === 0) return null
  const bySegment = Map.groupBy(rows, ({ segment }) => segment)
  const { '': all = [], ...segments } = Object.fromEntries(bySegment)
  return {
    ...countsOf(all),
    segments: Object.fromEntries(
      Object.entries(segments).map(([name, own]) => [name, countsOf(own)]),
    ),
    killed: (await killedGuards(db, span)).map((at) => at.toISOString()),
  }
}

function countsOf(rows: readonly GuardedRow[]): GuardedCounts {
  const outcomes = guardOutcomes.flatMap((outcome: GuardOutcome) => {
    const own = rows.filter((row) => row.outcome === outcome)
    const inputs = own.find(({ cause }) => cause === '')?.inputs
    if (inputs === undefined) return []
    const causes = own
      .filter(({ cause }) => cause !== '')
      .map((row) => ({ cause: row.cause, inputs: row.inputs }))
      .sort((left, right) => right.inputs - left.inputs)
    return [{ outcome, inputs, causes }]
  })
  return { inputs: outcomes.reduce((sum, { inputs }) => sum + inputs, 0), outcomes }
}
