import { trainingActivities } from '../activities/training.ts'
import { openCluster } from '../adapters/cluster/index.ts'
import { readSecret } from '../adapters/files/read-secret.ts'
import { kafkaAccess } from '../adapters/kafka/access.ts'
import { openKafkaLog } from '../adapters/kafka/log.ts'
import { openRegistry } from '../adapters/registry/index.ts'
import { openRolloutTarget } from '../adapters/serving/index.ts'
import { ownStores } from './own-stores.ts'
import { runWorker } from './run-worker.ts'

/** Retrainings on the cluster: mostly waiting. */
await runWorker({
  queue: 'training',
  concurrency: 20,
  compose: async ({ db, beside, settings, current, clock }) => {
    const log = await openKafkaLog(kafkaAccess(settings.kafka, readSecret), 'driftgate-training')
    const secret = 'secret' in settings.cluster ? settings.cluster.secret : undefined
    const registry = openRegistry(settings.registry, {
      db: beside,
      secretOf: readSecret,
      ownStore: ownStores(current),
    })
    return {
      activities: trainingActivities({
        db,
        cluster: openCluster(settings.cluster, {
          secret: secret === undefined ? null : () => readSecret(secret, 'cluster.secret'),
        }),
        registry,
        rollout: openRolloutTarget(settings, {
          db: beside,
          secretOf: readSecret,
          versions: registry,
        }),
        objects: settings.objects.folder,
        startedWith: settings,
        clock,
        settings: async () => (await current()).settings,
        log,
      }),
      close: () => log.close(),
    }
  },
})
