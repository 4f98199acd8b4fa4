import { randomBytes } from 'node:crypto'
import { advanceLedger } from '../activities/advance-ledger.ts'
import { judgeWindow } from '../activities/judge-window.ts'
import { planScan } from '../activities/scan-plan.ts'
import { ensureTopic } from '../adapters/kafka/admin.ts'
import { kafkaClient } from '../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../adapters/kafka/log.ts'
import { storeConfigVersion } from '../adapters/postgres/config-versions.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { buildBinning } from '../profiles/index.ts'
import { createDatabase } from '../test/support/database.ts'
import { mulberry32 } from '../test/support/mulberry32.ts'
import { storeReference } from '../test/support/reference.ts'
import { defineBench, type Measured, measure } from './bench.ts'
import { deleteTopic, modelOn, recordOf, rowValues, scheduledAt } from './scan-log.ts'
import { withServers } from './servers.ts'
import { report } from './targets.ts'

const hourSeconds = 3_600

/**
 * What a scan costs that finds little: many models, each with a log of its own, scanned one after the other by one
 * worker, once with a few rows in the window and once with none. Temporal's share is not in it.
 */
export const scanFleet = defineBench({
  summary: 'many models with empty and small windows, scanned by one worker within an hour',
  options: { models: 1_000, rows: 300 },
  run: ({ models, rows }) =>
    withServers(['kafka', 'postgres'], async ({ kafka: broker = '', postgres = '' }) => {
      const small = await fleetScanned(broker, postgres, models, rows)
      say(`windows of ${rows} rows`, small, models)
      const empty = await fleetScanned(broker, postgres, models, 0)
      say('empty windows', empty, models)
      return report(
        [small, empty].map(({ wallSeconds }, i) => ({
          what: `${models} scans, ${i === 0 ? 'small' : 'empty'} windows`,
          measured: wallSeconds,
          most: hourSeconds,
          unit: 'seconds',
        })),
      )
    }),
})

function say(what: string, { cpuSeconds, wallSeconds }: Measured, models: number): void {
  const each = (seconds: number) => `${((1_000 * seconds) / models).toFixed(1)} ms`
  console.log(`${what.padEnd(22)} ${each(cpuSeconds)} CPU, ${each(wallSeconds)} wall per scan`)
}

/** Several models share a topic of this broker, since a thousand topics are the broker's own matter. */
const modelsEach = 20

async function fleetScanned(
  broker: string,
  postgres: string,
  models: number,
  rows: number,
): Promise<Measured> {
  const topics = Array.from({ length: Math.ceil(models / modelsEach) }, () => newTopicName())
  for (const topic of topics) await ensureTopic([broker], topic, 1)
  if (rows > 0) await fill(broker, topics, rows)
  const database = await createDatabase(postgres)
  const log = await openKafkaLog([broker])
  try {
    const db = database.pool
    await migrate(db)
    await storeConfigVersion(db, { digest: 'bench', text: '', settings: {}, person: 'bench' })
    const next = mulberry32(3)
    const trained = Array.from({ length: 2_000 }, () => rowValues(next))
    const settings: Record<string, ReturnType<typeof modelOn>> = {}
    for (let i = 0; i < models; i++) {
      const name = `m${i}`
      const model = modelOn(topics[Math.floor(i / modelsEach)] as string)
      settings[name] = model
      await storeReference(db, buildBinning(name, '1', model.features, trained), '1', trained)
    }
    const deps = {
      db,
      log,
      settings: async () => ({ id: 1, settings: { models: settings } as never }),
    }
    return await measure(async () => {
      for (const model of Object.keys(settings)) {
        const plan = await planScan(deps, { model, scheduledAt })
        for (const { partition, cut } of plan.partitions) {
          await advanceLedger(deps, { model, reading: plan.reading, partition, to: cut })
        }
        await judgeWindow(deps, plan)
      }
    })
  } finally {
    await log.close()
    await database.drop()
    for (const topic of topics) await deleteTopic(broker, topic)
  }
}

const newTopicName = () => `bench-${randomBytes(5).toString('hex')}`

/** As many rows in each topic; they are nobody's in particular: every model of the topic reads them as its own. */
async function fill(broker: string, topics: readonly string[], rows: number): Promise<void> {
  const producer = kafkaClient([broker]).producer()
  await producer.connect()
  const next = mulberry32(7)
  try {
    for (const topic of topics) {
      const messages = Array.from({ length: rows }, (_, i) => ({
        value: recordOf(i, rows, rowValues(next), null),
      }))
      await producer.send({ topic, messages })
    }
  } finally {
    await producer.disconnect()
  }
}
