import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime, Worker, type WorkerOptions } from '@temporalio/worker'
import type pg from 'pg'
import { readSecret } from '../adapters/files/read-secret.ts'
import { currentSettings } from '../adapters/postgres/config-versions.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { openPool } from '../adapters/postgres/pool.ts'
import { temporalAccess } from '../adapters/temporal/access.ts'
import { asActivities } from '../adapters/temporal/as-activities.ts'
import { connectClient, connectWorker } from '../adapters/temporal/connect.ts'
import type { Environment } from '../adapters/temporal/messages.ts'
import { registerSearchAttributes } from '../adapters/temporal/search-attributes.ts'
import type { Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { type TaskQueue, taskQueues } from '../contracts/messages.ts'
import { freeMetricsPort } from './metrics-port.ts'
import { asUnreachable, persist, sayRetry } from './patience.ts'
import { postgresUrl, workerArguments } from './settings.ts'

/** What every worker has to compose its activities from. */
export interface World {
  /** Addresses, from the file. */
  readonly settings: Settings
  readonly db: pg.Pool
  /**
   * Another pool of the same database, for ports that are called while a lock holds a session of `db`: waiting for a
   * second one from a pool full of waiters never ends.
   */
  readonly beside: pg.Pool
  readonly client: Environment['client']
  /** The configuration version in force, from PostgreSQL. */
  readonly current: () => Promise<{ id: number; settings: Settings }>
  readonly clock: () => number
}

export interface WorkerSpec {
  readonly queue: TaskQueue
  /** Whether this worker also runs the workflows. */
  readonly workflows?: boolean
  /** Activities at the same time. */
  readonly concurrency: number
  readonly compose: (world: World) => Promise<{ activities: object; close?: () => Promise<void> }>
}

const workflowsPath = fileURLToPath(
  new URL(`../workflows/index${extname(import.meta.url)}`, import.meta.url),
)

/**
 * A worker process from start to end: waits for its servers, migrates, polls until SIGTERM or SIGINT,
 * and then gives running activities ten seconds before they are told. A worker's end is no cancel.
 */
export async function runWorker(spec: WorkerSpec): Promise<void> {
  try {
    await run(spec)
  } catch (error) {
    if (!(error instanceof DriftgateError)) throw error
    console.error(`error[${error.code}]: ${error.message}\n   = help: ${error.help}`)
    process.exitCode = error.entry.exit
  }
}

async function run(spec: WorkerSpec): Promise<void> {
  const { settings, metricsPort } = workerArguments(process.argv.slice(2))
  const bindAddress = `127.0.0.1:${metricsPort ?? (await freeMetricsPort())}`
  Runtime.install({
    logger: new DefaultLogger('WARN'),
    telemetryOptions: { metrics: { prometheus: { bindAddress } } },
  })
  const { temporal } = settings
  const db = openPool(postgresUrl(settings), { secretOf: readSecret })
  const beside = openPool(postgresUrl(settings), { max: 4, secretOf: readSecret })
  const postgres = new URL(settings.postgres.url).host
  await persist(() => asUnreachable(postgres, () => migrate(db)))
  const access = temporalAccess(temporal, readSecret)
  const client = await connectClient(access, { onRetry: sayRetry })
  await registerSearchAttributes(client)
  const connection = await connectWorker(access, { onRetry: sayRetry })
  const world = {
    settings,
    db,
    beside,
    client,
    current: () => currentSettings(db),
    clock: Date.now,
  }
  const { activities, close } = await persist(() => spec.compose(world))

  const taskQueue = `${temporal.prefix}${taskQueues[spec.queue]}`
  const options: WorkerOptions = {
    connection,
    namespace: access.namespace,
    ...(access.dataConverter && { dataConverter: access.dataConverter }),
    taskQueue,
    activities: asActivities(activities),
    maxConcurrentActivityTaskExecutions: spec.concurrency,
    // What an activity tells of its progress is for people to see: soon, not after most of its timeout.
    maxHeartbeatThrottleInterval: '2s',
    defaultHeartbeatThrottleInterval: '2s',
    shutdownGraceTime: '10s',
    shutdownForceTime: '60s',
    ...(spec.workflows ? { workflowsPath, maxCachedWorkflows: 200 } : {}),
  }
  const worker = await Worker.create(options)
  console.log(`worker ${spec.queue}: queue ${taskQueue}, metrics http://${bindAddress}/metrics`)
  await worker.run()
  await close?.()
  await connection.close()
  await client.connection.close()
  await beside.end()
  await db.end()
}
