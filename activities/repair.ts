import { headsOf } from '../adapters/postgres/ledger.ts'
import { currentReading } from '../adapters/postgres/readings.ts'
import { lastRepair, repairedAfter } from '../adapters/postgres/repairs.ts'
import type { RepairResult } from '../contracts/dead-letters.ts'
import type { RepairPlan } from '../contracts/scan.ts'
import { lookAgain } from './look-again.ts'
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
  return { model, reading: reading?.id ?? null, after }
}

/** Repairs what can be; the sums are those of every attempt together. Errors: as `repairLedger`. */
export async function repairPlanned(
  deps: ScanDeps,
  { model, reading, after }: RepairPlan,
  options: RepairOptions = {},
): Promise<RepairResult> {
  if (reading === null) {
    return { reading, repairs: 0, good: 0, foreign: 0, bad: 0, gone: 0, rejudged: 0 }
  }
  const { bad, gone } = await repairLedger(deps, { model, reading }, options)
  const heads = [...(await headsOf(deps.db, reading))]
  const cut = Object.fromEntries(heads.map(([partition, head]) => [partition, String(head)]))
  const rejudged = await lookAgain(deps, {
    ...{ model, reading },
    since: { cut, repairs: after },
    upTo: { cut, repairs: await lastRepair(deps.db, reading) },
    before: null,
  })
  return { reading, ...(await repairedAfter(deps.db, reading, after)), bad, gone, rejudged }
}
