import { DefaultLogger, Runtime } from '@temporalio/worker'
import { cardActivities } from '../../../activities/cards.ts'
import { decisionActivities } from '../../../activities/decisions.ts'
import { lostWorkActivities } from '../../../activities/find-lost-work.ts'
import { troubleActivities } from '../../../activities/look-for-trouble.ts'
import { outsideActivities } from '../../../activities/look-outside.ts'
import { promotionActivities } from '../../../activities/promotion.ts'
import { releaseActivities } from '../../../activities/releases.ts'
import { reviewActivities } from '../../../activities/reviews.ts'
import { rolloutActivities } from '../../../activities/rollouts.ts'
import { stewardActivities } from '../../../activities/steward.ts'
import { openChannel } from '../../../adapters/chat/index.ts'
import { readSecret } from '../../../adapters/files/read-secret.ts'
import { verifyingKeyOf } from '../../../adapters/identity/decision-token.ts'
import { currentSettings } from '../../../adapters/postgres/config-versions.ts'
import { openPool } from '../../../adapters/postgres/pool.ts'
import type { ModelRegistry } from '../../../adapters/registry/model-registry.ts'
import { asActivities } from '../../../adapters/temporal/as-activities.ts'
import { connectClient, connectWorker } from '../../../adapters/temporal/connect.ts'
import { guardedWorker } from '../../support/guarded-worker.ts'
import { tellPhase as onPhase, tellReady } from '../tell-phase.ts'
import { countingTarget, readableRegistry } from './target.ts'

/** What the run that starts this process tells it, as JSON in the only argument. */
export interface GateWorkerInput {
  readonly temporal: string
  readonly database: string
  readonly prefix: string
  /** Of the gateways, in PEM. */
  readonly publicKey: string
  /** Path of the bundled workflows. */
  readonly bundle: string
  /** Its clock runs ahead by so much, milliseconds. */
  readonly aheadMs: number
  /** Says of what decides a release that it is on record, and leaves it out. */
  readonly dropDecision: boolean
}

/** The workers of gate and cards in one process that can be killed, and that tells the run of every phase. */
const input = JSON.parse(process.argv[2] ?? '') as GateWorkerInput
Runtime.install({ logger: new DefaultLogger('ERROR') })
const temporal = { address: input.temporal, namespace: 'default' }
const db = openPool(input.database)
const client = await connectClient(temporal)
const connection = await connectWorker(temporal)
const clock = () => Date.now() + input.aheadMs
const settings = async () => (await currentSettings(db)).settings
const moves = {
  ...{ db, settings, clock, onPhase, rollout: countingTarget(db) },
  registry: readableRegistry as ModelRegistry,
}
const promotion = promotionActivities(moves)
const gate = {
  ...{ db, settings, clock, onPhase, targetGeneration: promotion.targetGeneration },
  publicKey: await verifyingKeyOf(input.publicKey),
  onHead: () => {},
}
const decisions = decisionActivities(gate)
const honest = decisions.recordDecision
const common = { connection, namespace: 'default', maxHeartbeatThrottleInterval: '1s' as const }
const workers = await Promise.all([
  guardedWorker({
    ...common,
    taskQueue: `${input.prefix}orchestration`,
    workflowBundle: { codePath: input.bundle },
    // A worker that was killed is waited for no longer than a person would.
    stickyQueueScheduleToStartTimeout: '500ms',
    activities: asActivities({
      ...stewardActivities({ db, client, settings, clock, onPhase }),
      ...troubleActivities({ db, client, settings, clock }),
      ...lostWorkActivities({ db, client, settings }),
      ...cardActivities({
        ...{ db, settings, clock, onPhase },
        openChannel: (name, inForce) => openChannel(name, inForce, readSecret),
      }),
    }),
  }),
  guardedWorker({
    ...common,
    taskQueue: `${input.prefix}release`,
    activities: asActivities({
      ...promotion,
      ...outsideActivities(moves),
      ...rolloutActivities(moves),
      ...reviewActivities(gate),
      ...releaseActivities(gate),
      ...decisions,
      recordDecision: (decision: Parameters<typeof honest>[0]) =>
        input.dropDecision && ['APPROVED', 'REJECTED'].includes(decision.outcome)
          ? Promise.resolve({ seq: 0, hash: '0'.repeat(64) })
          : honest(decision),
      // The model server, and what the training left, are other servers, which nobody kills here.
      confirmServing: async () => {},
      adoptReference: async () => {},
    }),
  }),
])
tellReady()
await Promise.all(workers.map((worker) => worker.run()))
