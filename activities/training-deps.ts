import { join } from 'node:path'
import type { Pool, PoolClient } from 'pg'
import type { TrainingCluster } from '../adapters/cluster/training-cluster.ts'
import { findRetraining, type Retraining } from '../adapters/postgres/retrainings.ts'
import type { ModelRegistry } from '../adapters/registry/model-registry.ts'
import type { RolloutPlace, RolloutTarget } from '../adapters/serving/rollout-target.ts'
import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { OffsetRanges } from '../contracts/training.ts'

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
  readonly history: TrainingHistory
  /** First and last stable offsets of a topic's partitions. */
  readonly log: {
    offsets(topic: string): Promise<
      readonly {
        partition: number
        low: string | number | bigint
        lastStable: string | number | bigint
      }[]
    >
  }
  /** Between two looks at a running job; 2,000 ms unless told. */
  readonly pollMs?: number
}

/** What the ledger and the references in force know, as far as training needs it. */
export interface TrainingHistory {
  /**
   * The exact stretch of the prediction log that holds every row with event time >= `from`: per
   * partition from the first slice that touched such a bucket up to the head. Null: there is none.
   */
  ranges(model: string, from: string): Promise<{ offsets: OffsetRanges; to: string } | null>
  /** The binning in force; null: the model has none yet. */
  binning(model: string): Promise<Binning | null>
  /** Puts a version's own profile in force as its reference. Repeated, it changes nothing. */
  adopt(reference: AdoptedReference): Promise<void>
}

export interface AdoptedReference {
  readonly model: string
  readonly version: string
  readonly binning: Binning
  /** Bytes of `reference.profile`. */
  readonly profile: Uint8Array
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

export async function retrainingOf(
  deps: { db: Pool | PoolClient },
  runKey: string,
): Promise<Retraining> {
  const found = await findRetraining(deps.db, runKey)
  if (found === null) throw new DriftgateError('RETRAINING_UNKNOWN', { runKey })
  return found
}

/** Where the model stands in the registry. */
export const placeOf = (name: string, model: ModelSettings): RolloutPlace => ({
  name: model.registry.name ?? name,
  alias: model.registry.alias,
})
