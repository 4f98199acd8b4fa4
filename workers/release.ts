import { decisionActivities } from '../activities/decisions.ts'
import { outsideActivities } from '../activities/look-outside.ts'
import { orderActivities } from '../activities/orders.ts'
import { promotionActivities } from '../activities/promotion.ts'
import { releaseActivities } from '../activities/releases.ts'
import { reviewActivities } from '../activities/reviews.ts'
import { rolloutActivities } from '../activities/rollouts.ts'
import { wayBackActivities } from '../activities/way-back.ts'
import { readSecret } from '../adapters/files/read-secret.ts'
import { verifyingKeyOf } from '../adapters/identity/decision-token.ts'
import { openRegistry } from '../adapters/registry/index.ts'
import { openRolloutTarget } from '../adapters/serving/index.ts'
import { ownStores } from './own-stores.ts'
import { runWorker } from './run-worker.ts'

/** The gate and the traffic: only here are the credentials that move a model. */
await runWorker({
  queue: 'release',
  concurrency: 20,
  compose: async ({ db, beside, settings, current, clock }) => {
    const inForce = async () => (await current()).settings
    const registry = openRegistry(settings.registry, {
      db: beside,
      secretOf: readSecret,
      ownStore: ownStores(current),
    })
    const moves = {
      db,
      registry,
      rollout: openRolloutTarget(settings, {
        db: beside,
        secretOf: readSecret,
        versions: registry,
      }),
      settings: inForce,
      clock,
    }
    const promotion = promotionActivities(moves)
    const publicKey = await verifyingKeyOf(
      readSecret(settings.gateway.publicKey, 'gateway.publicKey'),
    )
    const { targetGeneration } = promotion
    const release = { db, settings: inForce, clock, targetGeneration, publicKey, onHead: sayHead }
    return {
      activities: {
        ...{ ...promotion, ...outsideActivities(moves), ...rolloutActivities(moves) },
        ...{ ...wayBackActivities(moves), ...orderActivities(release) },
        ...reviewActivities(release),
        ...{ ...releaseActivities(release), ...decisionActivities(release) },
      },
    }
  },
})

/** The head of the chain, where the database's owner cannot rewrite it: in the log. */
function sayHead(link: { seq: number; hash: string; release: string }): void {
  console.log(JSON.stringify({ event: 'decision-recorded', ...link }))
}
