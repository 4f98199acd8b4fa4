import type { TrainingDeps } from '../../activities/training-deps.ts'
import { openCluster } from '../../adapters/cluster/index.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import { openRegistry } from '../../adapters/registry/index.ts'
import { openRolloutTarget } from '../../adapters/serving/index.ts'
import type { ModelSettings, Settings } from '../../contracts/config.ts'
import { postgresUrl } from '../../workers/settings.ts'

export interface Training {
  readonly deps: TrainingDeps
  close(): Promise<void>
}

/**
 * What a first version is trained with, opened from a configuration that need not be applied yet; the tables are
 * there afterwards. No label log is asked where it ends: the rows are given.
 */
export async function openTraining(settings: Settings): Promise<Training> {
  const db = openPool(postgresUrl(settings))
  const { secret } = settings.cluster
  const deps: TrainingDeps = {
    db,
    cluster: openCluster(settings.cluster, {
      secret: secret === undefined ? null : () => readSecret(secret, 'cluster.secret'),
    }),
    registry: openRegistry(settings.registry),
    rollout: openRolloutTarget(settings),
    objects: settings.objects.folder,
    clock: Date.now,
    settings: async () => settings,
    log: { offsets: async () => [] },
    pollMs: 500,
  }
  try {
    await migrate(db)
  } catch (error) {
    await db.end()
    throw error
  }
  return { deps, close: () => db.end() }
}

/** What a first version depends on beside code and rows; addresses and names are not among it. */
export function trainedSettings(settings: ModelSettings | undefined) {
  const { trainer, seed, holdout } = settings?.retraining ?? {}
  return { features: settings?.features ?? {}, trainer, seed, holdout }
}
