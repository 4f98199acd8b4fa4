import { DefaultLogger, Runtime } from '@temporalio/worker'
import { cardActivities } from '../../../activities/cards.ts'
import { decisionActivities } from '../../../activities/decisions.ts'
import { healthActivities } from '../../../activities/follow-health.ts'
import { orderActivities } from '../../../activities/orders.ts'
import { promotionActivities } from '../../../activities/promotion.ts'
import { releaseActivities } from '../../../activities/releases.ts'
import { rolloutActivities } from '../../../activities/rollouts.ts'
import { stewardActivities } from '../../../activities/steward.ts'
import { wayBackActivities } from '../../../activities/way-back.ts'
import { verifyingKeyOf } from '../../../adapters/identity/decision-token.ts'
import { currentSettings } from '../../../adapters/postgres/config-versions.ts'
import { openPool } from '../../../adapters/postgres/pool.ts'
import type { ModelRegistry } from '../../../adapters/registry/model-registry.ts'
import { asActivities } from '../../../adapters/temporal/as-activities.ts'
import { connectClient, connectWorker } from '../../../adapters/temporal/connect.ts'
import { guardedWorker } from '../../support/guarded-worker.ts'
import { readableRegistry } from '../gate/target.ts'
import { tellPhase, tellReady } from '../tell-phase.ts'
import { outsideHealth, outsideTarget } from './outside.ts'

/** What the run that starts this process tells it, as JSON in the only argument. */
export interface ReleaseWorkerInput {
  readonly temporal: string
  readonly database: string
  readonly prefix: string
  readonly publicKey: string
  /** Path of the bundled workflows. */
  readonly bundle: string
  readonly sabotage: string | null
}

/** The workers of releases in one process that can be killed, and that tells the run of every phase. */
const input = JSON.parse(process.argv[2] ?? '') as ReleaseWorkerInput
Runtime.install({ logger: new DefaultLogger('ERROR') })
const temporal = { address: input.temporal, namespace: 'default' }
const db = openPool(input.database)
const client = await connectClient(temporal)
const connection = await connectWorker(temporal)
const settings = async () => (await currentSettings(db)).settings
const onRolloutPhase = tellPhase
const common = { db, settings, clock: Date.now }
const moves = {
  ...{ ...common, onRolloutPhase, registry: readableRegistry as ModelRegistry },
  rollout: outsideTarget(db, { careless: input.sabotage === 'override-human' }),
}
const promotion = promotionActivities(moves)
const rollouts = rolloutActivities(moves)
const release = {
  ...{ ...common, onRolloutPhase, targetGeneration: promotion.targetGeneration },
  publicKey: await verifyingKeyOf(input.publicKey),
  onHead: () => {},
}
const queues = {
  orchestration: {
    ...stewardActivities({ ...common, client }),
    ...cardActivities({ ...common, openChannel: () => null }),
  },
  scan: healthActivities({
    ...{ ...common, onRolloutPhase },
    measure: ({ model }) => outsideHealth(db, model),
  }),
  release: {
    ...{ ...promotion, ...rollouts, ...wayBackActivities(moves) },
    ...{ ...releaseActivities(release), ...decisionActivities(release) },
    ...orderActivities(release),
    moveTraffic: (move: Parameters<typeof rollouts.moveTraffic>[0]) =>
      input.sabotage === 'lose-rollback' && !move.forward
        ? Promise.resolve({ generation: move.expectedGeneration, at: new Date().toISOString() })
        : rollouts.moveTraffic(move),
    // The model server, and what the training left, are other servers, which nobody kills here.
    confirmTraffic: async () => {},
    confirmServing: async () => {},
    adoptReference: async () => {},
  },
}
const workers = await Promise.all(
  Object.entries(queues).map(([queue, activities]) =>
    guardedWorker({
      ...{ connection, namespace: 'default', taskQueue: `${input.prefix}${queue}` },
      ...{ maxHeartbeatThrottleInterval: '1s', activities: asActivities(activities) },
      ...(queue === 'orchestration' && {
        workflowBundle: { codePath: input.bundle },
        // A worker that was killed is waited for no longer than a person would.
        stickyQueueScheduleToStartTimeout: '500ms',
      }),
    }),
  ),
)
tellReady()
await Promise.all(workers.map((worker) => worker.run()))
