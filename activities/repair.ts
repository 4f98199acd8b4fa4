import { lastJoinAt, recordLaterJoin } from '../adapters/postgres/joins.ts'
import { headsOf } from '../adapters/postgres/ledger.ts'
import {
  currentLabelReading,
  currentReading,
  findLabelReading,
} from '../adapters/postgres/readings.ts'
import { lastRepair, repairedAfter } from '../adapters/postgres/repairs.ts'
import { withJoins } from '../adapters/postgres/verdicts.ts'
import type { RepairResult } from '../contracts/dead-letters.ts'
import type { RepairPlan } from '../contracts/scan.ts'
import { joinReading } from './join-halves.ts'
import { lookAgain, type Touched } from './look-again.ts'
import { repairLabels } from './repair-labels.ts'
import { type RepairOptions, repairLedger } from './repair-ledger.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

/** What is repaired: the reading in force, beginning after its last repair. Errors: MODEL_UNKNOWN. */
export async function planRepair(
  deps: ScanDeps,
  { model }: { model: string },
): Promise<RepairPlan> {
  await scannedModel(deps, model)
  const reading = await currentReading(deps.db, model)
  const after = reading === null ? 0 : await lastRepair(deps.db, reading.id)
  const labels = await currentLabelReading(deps.db, model)
  return {
    ...{ model, reading: reading?.id ?? null, after },
    // A row of a table that is mended is read again as any that changed.
    ...(labels?.definition.format === 'json' && {
      labels: { reading: labels.id, after: await lastRepair(deps.db, labels.id) },
    }),
  }
}

/** Repairs what can be; the sums are those of every attempt together. Errors: as `repairLedger`. */
export async function repairPlanned(
  deps: ScanDeps,
  { model, reading, after, labels: ofLabels }: RepairPlan,
  options: RepairOptions = {},
): Promise<RepairResult> {
  const labels = await repairedLabels(deps, ofLabels, options)
  if (reading === null) {
    return { reading, repairs: 0, good: 0, foreign: 0, bad: 0, gone: 0, rejudged: 0, labels }
  }
  const { bad, gone } = await repairLedger(deps, { model, reading }, options)
  const bounds =
    (await joinedBounds(deps, { model, reading, after }, options)) ??
    (await readBounds(deps, reading, after))
  const rejudged = await lookAgain(deps, { model, reading, ...bounds, before: null })
  return { reading, ...(await repairedAfter(deps.db, reading, after)), bad, gone, rejudged, labels }
}

/** Windows are measured by them with the next scan. */
async function repairedLabels(
  deps: ScanDeps,
  planned: RepairPlan['labels'],
  options: RepairOptions,
): Promise<RepairResult['labels']> {
  const reading = planned && (await findLabelReading(deps.db, planned.reading))
  if (!reading) return null
  const { bad, gone } = await repairLabels(deps, reading, options)
  return { ...(await repairedAfter(deps.db, reading.id, planned.after)), bad, gone }
}

type Bounds = Pick<Touched, 'since' | 'upTo'>

async function readBounds({ db }: ScanDeps, reading: string, after: number): Promise<Bounds> {
  const heads = [...(await headsOf(db, reading))]
  const cut = Object.fromEntries(heads.map(([partition, head]) => [partition, String(head)]))
  return { since: { cut, repairs: after }, upTo: { cut, repairs: await lastRepair(db, reading) } }
}

/** What was repaired of requests and responses is joined with what else there is. Null: there is nothing to join yet. */
async function joinedBounds(
  deps: ScanDeps,
  { model, reading, after }: { model: string; reading: string; after: number },
  { signal }: RepairOptions,
): Promise<Bounds | null> {
  const join = await recordLaterJoin(deps.db, reading)
  if (join === null) return null
  await joinReading(
    deps,
    { model, reading, to: join.number },
    signal === undefined ? {} : { signal },
  )
  const upTo = { cut: withJoins(join.cut, join.number), repairs: join.repairs }
  const before = await lastJoinAt(deps.db, reading, after)
  return { since: { cut: withJoins(join.cut, before), repairs: after }, upTo }
}
