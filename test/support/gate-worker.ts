import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker'
import type pg from 'pg'
import { cardActivities } from '../../activities/cards.ts'
import { decisionActivities } from '../../activities/decisions.ts'
import { type LostWork, lostWorkActivities } from '../../activities/find-lost-work.ts'
import { type HealthDeps, healthActivities } from '../../activities/follow-health.ts'
import { troubleActivities } from '../../activities/look-for-trouble.ts'
import { outsideActivities } from '../../activities/look-outside.ts'
import { measureHealth } from '../../activities/measure-health.ts'
import { orderActivities } from '../../activities/orders.ts'
import { promotionActivities } from '../../activities/promotion.ts'
import { releaseActivities } from '../../activities/releases.ts'
import { reviewActivities } from '../../activities/reviews.ts'
import { rolloutActivities } from '../../activities/rollouts.ts'
import { stewardActivities } from '../../activities/steward.ts'
import { wayBackActivities } from '../../activities/way-back.ts'
import { openChannel } from '../../adapters/chat/index.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { verifyingKeyOf } from '../../adapters/identity/decision-token.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import { openRegistry } from '../../adapters/registry/index.ts'
import { mlflowAlias } from '../../adapters/serving/mlflow-alias.ts'
import { asActivities } from '../../adapters/temporal/as-activities.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import type { Settings } from '../../contracts/config.ts'
import type { RegistrySettings } from '../../contracts/registry-settings.ts'
import { guardedWorker } from './guarded-worker.ts'
import { type Script, scriptedScan, scriptedTraining } from './scripted-activities.ts'
import { healthNow, stepTarget } from './step-target.ts'
import { tableTarget } from './table-target.ts'

export interface GateWorkerInput {
  readonly temporal: string
  readonly database: string
  readonly prefix: string
  readonly publicKey: string
  /** Milliseconds every check of an answer takes at least: room for a race or a kill. */
  readonly checkMs?: number
  /** Folder of the files of versions: traffic is an alias of the registry in PostgreSQL, and moves in steps. */
  readonly versions?: string
  /** It looks for what does not work, too: schedules among it, which most tests have none of. */
  readonly looksForTrouble?: boolean
  /** A model server follows what is moved, and what it logs is looked at, by these brokers. */
  readonly served?: readonly string[]
  /** The alias of a real MLflow is moved, not a row. */
  readonly registry?: RegistrySettings
}

export interface GateWorker {
  readonly done: Promise<void>
  stop(): Promise<void>
}

Runtime.install({ logger: new DefaultLogger('ERROR') })

let bundle: ReturnType<typeof bundleWorkflowCode> | undefined

/**
 * Workflows, steward and gate as they are; the rollout target is a row in the test's own database, and
 * scans and retrainings, when asked for, answer by a script.
 */
export async function gateWorker(input: GateWorkerInput, script?: Script): Promise<GateWorker> {
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url))
  bundle ??= bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
  const db = openPool(input.database)
  const client = await connectClient({ address: input.temporal, namespace: 'default' })
  const connection = await NativeConnection.connect({ address: input.temporal })
  const settings = async () => (await currentSettings(db)).settings
  const target = targetOf(db, input, settings)
  const deps = {
    db,
    client,
    settings,
    clock: Date.now,
    targetGeneration: target.targetGeneration,
    publicKey: await verifyingKeyOf(input.publicKey),
    onHead: () => {},
  }
  const decisions = decisionActivities(deps)
  const gate = {
    lookOutside: async () => ({ found: [], unseen: [] }),
    ...target,
    ...releaseActivities(deps),
    ...reviewActivities(deps),
    ...orderActivities(deps),
    ...decisions,
    checkAnswer: async (answer: Parameters<typeof decisions.checkAnswer>[0]) => {
      const checked = await decisions.checkAnswer(answer)
      await new Promise((resolve) => setTimeout(resolve, input.checkMs ?? 0))
      return checked
    },
  }
  const scripted = Object.entries(
    script === undefined
      ? {}
      : { scan: scriptedScan(script), training: scriptedTraining(script, db) },
  )
  if (input.versions !== undefined) {
    const health = healthActivities({ db, clock: Date.now, measure: () => healthNow(db) })
    scripted.push(['scan', health as never])
  }
  const log = input.served && (await openKafkaLog(input.served))
  if (log) {
    const scan = { db, log, settings: () => currentSettings(db) }
    const measure: HealthDeps['measure'] = (question, more) => measureHealth(scan, question, more)
    scripted.push(['scan', healthActivities({ db, clock: Date.now, measure }) as never])
  }
  const common = { connection, namespace: 'default', shutdownGraceTime: '1s' } as const
  const workers = await Promise.all([
    guardedWorker({
      ...common,
      taskQueue: `${input.prefix}orchestration`,
      workflowBundle: await bundle,
      activities: asActivities({
        ...stewardActivities(deps),
        ...(input.looksForTrouble
          ? { ...troubleActivities(deps), ...lostWorkActivities(deps) }
          : { lookForTrouble: async () => [], findLostWork: async () => nothingLost }),
        ...cardActivities({
          ...deps,
          openChannel: (name, inForce) => openChannel(name, inForce, readSecret),
        }),
      }),
    }),
    guardedWorker({
      ...common,
      taskQueue: `${input.prefix}release`,
      activities: asActivities(gate),
    }),
    ...scripted.map(([queue, activities]) =>
      guardedWorker({
        ...common,
        taskQueue: `${input.prefix}${queue}`,
        activities: asActivities(activities),
      }),
    ),
  ])
  const done = Promise.all(workers.map((worker) => worker.run())).then(() => {})
  return {
    done,
    async stop() {
      for (const worker of workers) worker.shutdown()
      await done
      await connection.close()
      await log?.close()
      await client.connection.close()
      await db.end()
    },
  }
}

const nothingLost: LostWork = { releases: [], retrainings: [], stewards: [], found: [] }

/** What the releases of a test move. */
function targetOf(db: pg.Pool, input: GateWorkerInput, settings: () => Promise<Settings>) {
  if (input.registry) return mlflowTarget(db, input, settings)
  return input.versions === undefined ? tableTarget(db) : stepTarget(db, input.versions)
}

/** What the worker of releases has, but for the model server that would follow the alias. */
function mlflowTarget(
  db: pg.Pool,
  { registry, served }: GateWorkerInput,
  settings: () => Promise<Settings>,
) {
  const deps = {
    ...{ db, settings, clock: Date.now },
    registry: openRegistry(registry!, { db, secretOf: readSecret }),
    rollout: mlflowAlias('url' in registry! ? registry.url : ''),
  }
  const nobody = { confirmServing: async () => {}, confirmTraffic: async () => {} }
  return {
    ...{ ...promotionActivities(deps), ...outsideActivities(deps) },
    ...{ ...rolloutActivities(deps), ...wayBackActivities(deps) },
    // What it learned from is not among the files of a version here.
    ...(served ? { adoptReference: async () => {} } : nobody),
  }
}

// As a process of its own, for tests that kill it: its input comes as JSON in the first argument.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const worker = await gateWorker(JSON.parse(process.argv[2] ?? '') as GateWorkerInput)
  console.log('ready')
  await worker.done
}
