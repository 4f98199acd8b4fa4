import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { cardActivities } from '../../../activities/cards.ts'
import { scanActivities } from '../../../activities/scan.ts'
import { stewardActivities } from '../../../activities/steward.ts'
import { type LogBatch, openKafkaLog, type ReadInput } from '../../../adapters/kafka/log.ts'
import { currentSettings } from '../../../adapters/postgres/config-versions.ts'
import { openPool } from '../../../adapters/postgres/pool.ts'
import { asActivities } from '../../../adapters/temporal/as-activities.ts'
import { connectClient, connectWorker } from '../../../adapters/temporal/connect.ts'
import { guardedWorker } from '../../support/guarded-worker.ts'
import { tellPhase as onPhase } from '../tell-phase.ts'

/** What the run that starts this process tells it, as JSON in the only argument. */
export interface ChaosWorkerInput {
  readonly kafka: string
  readonly database: string
  readonly temporal: string
  readonly prefix: string
}

/**
 * The workers of a scan in one process that can be killed: it tells the run of every phase it comes by, and waits
 * there until it may go on.
 */
const input = JSON.parse(process.argv[2] ?? '') as ChaosWorkerInput
Runtime.install({ logger: new DefaultLogger('ERROR') })

/** A slice ends with the first batch of records, so that a window is many slices. */
async function* oneBatch(stretch: ReadInput): AsyncGenerator<LogBatch> {
  for await (const batch of log.read({ ...stretch, maxBytes: 1 })) {
    yield batch
    return
  }
}

const temporal = { address: input.temporal, namespace: 'default' }
const db = openPool(input.database)
const log = await openKafkaLog([input.kafka], 'driftgate-chaos')
const client = await connectClient(temporal)
const connection = await connectWorker(temporal)
const current = () => currentSettings(db)
const settings = async () => (await current()).settings
const common = { connection, namespace: 'default', maxHeartbeatThrottleInterval: '2s' as const }
const workers = await Promise.all([
  guardedWorker({
    ...common,
    taskQueue: `${input.prefix}orchestration`,
    workflowsPath: fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url)),
    activities: asActivities({
      ...stewardActivities({ db, client, clock: Date.now, settings, onPhase }),
      // Nobody is told: there is no chat.
      ...cardActivities({ db, clock: Date.now, settings, openChannel: () => null }),
    }),
  }),
  guardedWorker({
    ...common,
    taskQueue: `${input.prefix}scan`,
    activities: asActivities(
      scanActivities({
        ...{ db, settings: current, onPhase },
        log: { ...log, read: oneBatch },
      }),
    ),
  }),
])
await Promise.all(workers.map((worker) => worker.run()))
