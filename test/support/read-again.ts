import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import type { Db } from '../../adapters/postgres/pool.ts'
import { insertReference, referenceInForce } from '../../adapters/postgres/references.ts'
import type { Settings } from '../../contracts/config.ts'
import type { Report } from '../../contracts/report.ts'
import { configuredDatabase } from './configured-database.ts'
import { servers } from './servers.ts'

/**
 * The same log read once more from its first record, by nobody who is ever killed, into an empty database that
 * holds only the references: the reports of the given windows.
 */
export async function readAgain(
  before: Db,
  settings: Settings,
  model: string,
  reports: readonly Report[],
): Promise<Report[]> {
  const database = await configuredDatabase()
  const log = await openKafkaLog([servers().kafka])
  try {
    for (const version of new Set(reports.map(({ evidence }) => evidence.reference.modelVersion))) {
      const reference = await referenceInForce(before, model, { version })
      if (reference === null) throw new Error(`no reference of version ${version}`)
      await insertReference(database.pool, reference, 0)
    }
    const deps: ScanDeps = { db: database.pool, log, settings: async () => ({ id: 1, settings }) }
    const again: Report[] = []
    for (const { window } of reports) {
      const lateness = settings.models[model]?.window.lateness ?? 0
      const scheduledAt = new Date(Date.parse(window.end) + lateness).toISOString()
      const plan = await planScan(deps, { model, scheduledAt })
      for (const { partition, cut } of plan.partitions) {
        await advanceLedger(deps, { model, reading: plan.reading, partition, to: cut })
      }
      again.push(await judgeWindow(deps, plan))
    }
    return again
  } finally {
    await log.close()
    await database.drop()
  }
}
