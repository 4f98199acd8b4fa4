import { advanceLedger } from '../activities/advance-ledger.ts'
import { joinReading } from '../activities/join-halves.ts'
import { planScan } from '../activities/scan-plan.ts'
import { openKafkaLog } from '../adapters/kafka/log.ts'
import { type LogClientName, usualLogClient } from '../adapters/kafka/log-clients.ts'
import { storeConfigVersion } from '../adapters/postgres/config-versions.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { buildBinning } from '../profiles/index.ts'
import { createDatabase, type TestDatabase } from '../test/support/database.ts'
import { mulberry32 } from '../test/support/mulberry32.ts'
import { storeReference } from '../test/support/reference.ts'
import { type Measured, measure } from './bench.ts'
import { modelOn, rowValues, type ScanExtras, scheduledAt } from './scan-log.ts'

/** The ledger of a fresh database, advanced over the whole topic, partitions side by side as a worker does. */
export async function wholeScan(
  broker: string,
  postgres: string,
  topic: string,
  records: number,
  { client = usualLogClient, ...extras }: ScanExtras & { readonly client?: LogClientName } = {},
): Promise<Measured> {
  const database = await createDatabase(postgres)
  const log = await openKafkaLog({ brokers: [broker], client })
  try {
    const db = database.pool
    const model = modelOn(topic, extras)
    await migrate(db)
    await storeConfigVersion(db, { digest: 'bench', text: '', settings: {}, person: 'bench' })
    await adopt(db, model)
    const settings = async () => ({ id: 1, settings: { models: { bench: model } } as never })
    const deps = { db, log, settings }
    const plan = await planScan(deps, { model: 'bench', scheduledAt })
    let good = 0
    const measured = await measure(async () => {
      const advanced = await Promise.all(
        plan.partitions.map(({ partition, cut }) =>
          advanceLedger(deps, { model: 'bench', reading: plan.reading, partition, to: cut }),
        ),
      )
      for (const each of advanced) good += each.good
      const { reading, joins } = plan
      if (joins !== undefined) await joinReading(deps, { model: 'bench', reading, to: joins })
    })
    if (good !== records) throw new Error(`${good} of ${records} records were counted`)
    await mustHold(db, extras.predictions ? records : 0)
    return measured
  } finally {
    await log.close()
    await database.drop()
  }
}

async function mustHold(db: TestDatabase['pool'], wanted: number): Promise<void> {
  const { rows } = await db.query<{ n: number }>('select count(*)::int as n from predictions')
  if (rows[0]?.n !== wanted) throw new Error(`${rows[0]?.n} of ${wanted} rows are there`)
}

/** A reference under a binning of the bench's own rows. */
async function adopt(db: TestDatabase['pool'], model: ReturnType<typeof modelOn>): Promise<void> {
  const next = mulberry32(3)
  const rows = Array.from({ length: 20_000 }, () => rowValues(next))
  await storeReference(db, buildBinning('bench', '1', model.features, rows), '1', rows)
}
