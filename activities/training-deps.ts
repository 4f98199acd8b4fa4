import { join } from 'node:path'
import type { Pool } from 'pg'
import type { TrainingCluster } from '../adapters/cluster/training-cluster.ts'
import type { KafkaLog } from '../adapters/kafka/log.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { findRetraining, type Retraining } from '../adapters/postgres/retrainings.ts'
import type { ModelRegistry } from '../adapters/registry/model-registry.ts'
import type { RolloutPlace, RolloutTarget } from '../adapters/serving/rollout-target.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'

/** The outside world of training and promotion. */
export interface TrainingDeps {
  readonly db: Pool
  readonly cluster: TrainingCluster
  readonly registry: ModelRegistry
  readonly rollout: RolloutTarget
  /** Folder that workers and cluster share: `<objects>/<model>/<run key>/`. */
  readonly objects: string
  readonly clock: () => number
  /** The configuration in force. */
  readonly settings: () => Promise<Settings>
  /** Only asked where the label log ends. */
  readonly log: Pick<KafkaLog, 'offsets'>
  /** Between two looks at a running job; 2,000 ms unless told. */
  readonly pollMs?: number
}

export const runFolder = (deps: { objects: string }, model: string, runKey: string): string =>
  join(deps.objects, model, runKey)

export async function modelOf(
  deps: Pick<TrainingDeps, 'settings'>,
  model: string,
): Promise<{ settings: Settings; model: ModelSettings }> {
  const settings = await deps.settings()
  const found = settings.models[model]
  if (found === undefined) throw new DriftgateError('MODEL_UNKNOWN', { model })
  return { settings, model: found }
}

export async function retrainingOf(deps: { db: Db }, runKey: string): Promise<Retraining> {
  const found = await findRetraining(deps.db, runKey)
  if (found === null) throw new DriftgateError('RETRAINING_UNKNOWN', { runKey })
  return found
}

/** Where the model stands in the registry. */
export const placeOf = (name: string, model: ModelSettings): RolloutPlace => ({
  name: model.registry.name ?? name,
  alias: model.registry.alias,
})
