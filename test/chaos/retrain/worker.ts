import { readFileSync } from 'node:fs'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { cardActivities } from '../../../activities/cards.ts'
import { scanActivities } from '../../../activities/scan.ts'
import { stewardActivities } from '../../../activities/steward.ts'
import { trainingActivities } from '../../../activities/training.ts'
import { openCluster } from '../../../adapters/cluster/index.ts'
import type { TrainingCluster } from '../../../adapters/cluster/training-cluster.ts'
import { readSecret } from '../../../adapters/files/read-secret.ts'
import { openKafkaLog } from '../../../adapters/kafka/log.ts'
import { currentSettings } from '../../../adapters/postgres/config-versions.ts'
import { openPool } from '../../../adapters/postgres/pool.ts'
import { openRegistry } from '../../../adapters/registry/index.ts'
import { openRolloutTarget } from '../../../adapters/serving/index.ts'
import { asActivities } from '../../../adapters/temporal/as-activities.ts'
import { connectClient, connectWorker } from '../../../adapters/temporal/connect.ts'
import { guardedWorker } from '../../support/guarded-worker.ts'
import { persist } from '../persist.ts'
import { tellPhase as onPhase, tellReady } from '../tell-phase.ts'

/** What the run that starts this process tells it, as JSON in the only argument. */
export interface RetrainWorkerInput {
  readonly kafka: string
  readonly database: string
  readonly temporal: string
  readonly prefix: string
  /** Path of the bundled workflows. */
  readonly bundle: string
  /** File with what signs submissions. */
  readonly secretFile: string
  /** Submits every job again at once, without a look at the cluster. */
  readonly doubleSubmit: boolean
  /** Between two looks at a job, ms; null: as in production. */
  readonly pollMs: number | null
}

/** The workers of scan, steward and training in one process that can be killed, and that tells the run of every phase. */
const input = JSON.parse(process.argv[2] ?? '') as RetrainWorkerInput
Runtime.install({ logger: new DefaultLogger('ERROR') })
const temporal = { address: input.temporal, namespace: 'default' }
const db = openPool(input.database)
const beside = openPool(input.database, { max: 4 })
const log = await openKafkaLog([input.kafka], 'driftgate-chaos')
const client = await connectClient(temporal)
const connection = await connectWorker(temporal)
const current = () => currentSettings(db)
const settings = async () => (await current()).settings
const addresses = await persist(settings)
const honest = openCluster(addresses.cluster, {
  secret: () => readFileSync(input.secretFile, 'utf8'),
})
const twice: TrainingCluster = {
  ...honest,
  async submit(job) {
    await honest.submit(job)
    return honest.submit(job)
  },
}
const common = { connection, namespace: 'default', maxHeartbeatThrottleInterval: '1s' as const }
const opening = { db: beside, secretOf: readSecret }
const registry = openRegistry(addresses.registry, opening)
const workers = await Promise.all([
  guardedWorker({
    ...common,
    taskQueue: `${input.prefix}orchestration`,
    workflowBundle: { codePath: input.bundle },
    // A worker that was killed is waited for no longer than a person would.
    stickyQueueScheduleToStartTimeout: '500ms',
    activities: asActivities({
      ...stewardActivities({ db, client, clock: Date.now, settings, onPhase }),
      // Nobody is told: there is no chat.
      ...cardActivities({ db, clock: Date.now, settings, openChannel: () => null }),
    }),
  }),
  guardedWorker({
    ...common,
    taskQueue: `${input.prefix}scan`,
    activities: asActivities(scanActivities({ db, log, settings: current })),
  }),
  guardedWorker({
    ...common,
    taskQueue: `${input.prefix}training`,
    activities: asActivities(
      trainingActivities({
        ...{ db, log, settings, onPhase, clock: Date.now },
        ...(input.pollMs !== null && { pollMs: input.pollMs }),
        cluster: input.doubleSubmit ? twice : honest,
        registry,
        rollout: openRolloutTarget(addresses, { ...opening, versions: registry }),
        objects: addresses.objects.folder,
        startedWith: addresses,
      }),
    ),
  }),
])
tellReady()
await Promise.all(workers.map((worker) => worker.run()))
