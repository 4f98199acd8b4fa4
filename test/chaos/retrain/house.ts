import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { storeConfigVersion } from '../../../adapters/postgres/config-versions.ts'
import { connectClient } from '../../../adapters/temporal/connect.ts'
import type { Environment } from '../../../adapters/temporal/messages.ts'
import { registerSearchAttributes } from '../../../adapters/temporal/search-attributes.ts'
import type { SettingsInput } from '../../../contracts/config.ts'
import { workflowId, workflowNames } from '../../../contracts/messages.ts'
import { type CuttingProxy, cuttingProxy } from '../../support/cutting-proxy.ts'
import { settingsFor } from '../../support/gate-world.ts'
import { scheduledAfter } from '../../support/scan-world.ts'
import { bundledWorkflows } from '../bundled-workflows.ts'
import { persist } from '../persist.ts'
import type { ChaosServers, SparkPlace } from '../servers.ts'
import { type ComeBy, StruckProcess } from '../struck-process.ts'
import { installChampion } from './champion.ts'
import { learnableLog } from './log.ts'
import type { Place } from './outside.ts'
import { seenTables } from './seen-tables.ts'
import type { RetrainWorkerInput } from './worker.ts'

const script = fileURLToPath(new URL('../../../training/job.py', import.meta.url))

/** Everything that the retrainings of a run share: one model with its log, labels and champion, and one worker. */
export interface RetrainHouse {
  readonly db: pg.Pool
  readonly environment: Environment
  readonly worker: StruckProcess
  /** Before the cluster's submission server and before the registry. */
  readonly proxies: { readonly cluster: CuttingProxy; readonly registry: CuttingProxy }
  /** Where to look without our code. */
  readonly place: Place
  close(): Promise<void>
}

export interface HouseOptions {
  readonly comeBy: ComeBy
  readonly doubleSubmit: boolean
  /** Between two looks at a job, ms; null: as in production. Half a second unless said. */
  readonly pollMs?: number | null
}

export async function retrainHouse(
  on: ChaosServers,
  { comeBy, doubleSubmit, pollMs = 500 }: HouseOptions,
): Promise<RetrainHouse> {
  const { spark, kafka, temporal, mlflow } = on
  if (spark === null) throw new Error('a retraining needs a cluster')
  await using parts = new AsyncDisposableStack()
  const folderOf = async (name: string) => {
    const folder = await mkdtemp(join(tmpdir(), `driftgate-chaos-${name}-`))
    parts.defer(() => rm(folder, { recursive: true, force: true }))
    return folder
  }
  const world = parts.adopt(await learnableLog(on), (part) => part.close())
  const db = world.database.pool
  await db.query(seenTables)
  const client = await connectClient({ address: temporal, namespace: 'default' })
  parts.defer(() => client.connection.close())
  await persist(() => registerSearchAttributes(client))
  const proxies = {
    cluster: parts.adopt(await cuttingProxy(spark.rest), (part) => part.close()),
    registry: parts.adopt(await cuttingProxy(mlflow), (part) => part.close()),
  }
  const objects = await folderOf('objects')
  const bundle = await bundledWorkflows(
    join(await folderOf('bundle'), 'workflows.js'),
    new URL('impatient.ts', import.meta.url),
  )
  const written: SettingsInput = {
    ...settingsFor({ ...world.written, retraining, comparison: { metric: 'brier' } }),
    kafka: { brokers: [kafka] },
    cluster: clusterAt(spark, proxies.cluster.url),
    registry: { kind: 'mlflow', url: proxies.registry.url },
    objects: { folder: objects },
  }
  const text = JSON.stringify(written)
  await storeConfigVersion(db, { digest: text, text, settings: written, person: 'chaos' })
  await installChampion({ db, objects, mlflow })

  const prefix = `chaos-${randomBytes(4).toString('hex')}/`
  const { secretFile } = spark
  const input: RetrainWorkerInput = {
    ...{ kafka, temporal, prefix, bundle, secretFile, doubleSubmit, pollMs },
    database: world.database.url,
  }
  const program = new URL('worker.ts', import.meta.url)
  const worker = parts.adopt(new StruckProcess(program, input, comeBy), (part) => part.kill())
  await Promise.race([worker.ready, worker.broken])
  const environment = { client, prefix }
  await scanOnce(environment)
  const opened = parts.move()
  return {
    ...{ db, environment, worker, proxies },
    place: { mlflow, web: spark.web, work: spark.work, objects, model: 'm' },
    async close() {
      const steward = client.workflow.getHandle(workflowId.steward(prefix, 'm'))
      await steward.terminate('the run is over').catch(() => {})
      await opened.disposeAsync()
    },
  }
}

/** Two drifted windows start one by themselves, and nothing that a run of many rounds comes to holds the next. */
const retraining: NonNullable<SettingsInput['models'][string]['retraining']> = {
  policy: { DRIFT: 'automatic', PERFORMANCE: 'never' },
  ...{ windows: 2, outOf: 2, minimumLabels: 100, labelPoll: '1s', gainless: 1_000_000 },
  ...{ trainer: 'logistic-regression', timeout: '10m' },
  budget: { runs: 10_000 },
}

const clusterAt = ({ web, python, jars }: SparkPlace, rest: string): SettingsInput['cluster'] => ({
  kind: 'spark-standalone',
  ...{ rest, web, master: 'local[1]', queueTimeout: '2m' },
  job: {
    ...{ script, python, jars: [...jars], driverMemory: '1g', driverCores: 1 },
    ...{ executorMemory: '512m', maximumCores: 1 },
  },
})

/** Reads the whole log into the ledger, which a retraining names its rows by. */
async function scanOnce({ client, prefix }: Environment): Promise<void> {
  const scheduledAt = scheduledAfter(0)
  await client.workflow.execute(workflowNames.scan, {
    workflowId: `${prefix}scan/m/${scheduledAt}`,
    taskQueue: `${prefix}orchestration`,
    args: [{ model: 'm', prefix, scheduledAt }],
  })
  for (const each of [workflowId.labels(prefix, 'm'), workflowId.estimates(prefix, 'm')]) {
    await client.workflow.getHandle(each).result()
  }
}
