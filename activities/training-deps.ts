import { join } from 'node:path'
import type { Pool } from 'pg'
import type { TrainingCluster } from '../adapters/cluster/training-cluster.ts'
import type { KafkaLog } from '../adapters/kafka/log.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { findRetraining, type Retraining } from '../adapters/postgres/retrainings.ts'
import type { ModelRegistry } from '../adapters/registry/model-registry.ts'
import type { RolloutPlace, RolloutTarget } from '../adapters/serving/rollout-target.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import type { CommonPlaces } from '../contracts/data-places.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { GatePhase } from '../contracts/gate-phases.ts'
import type { RetrainPhase } from '../contracts/retrain-phases.ts'

/** The outside world of training and promotion. */
export interface TrainingDeps {
  readonly db: Pool
  readonly cluster: TrainingCluster
  readonly registry: ModelRegistry
  readonly rollout: RolloutTarget
  /** Folder that workers and cluster share, of models without one of their own: `<objects>/<model>/<run key>/`. */
  readonly objects: string
  /** What this process was started with: where it really submits and writes. Absent: what was applied. */
  readonly startedWith?: CommonPlaces
  readonly clock: () => number
  /** The configuration in force. */
  readonly settings: () => Promise<Settings>
  /** Only asked where the label log ends. */
  readonly log: Pick<KafkaLog, 'offsets'>
  /** Between two looks at a running job; 2,000 ms unless told. */
  readonly pollMs?: number
  /** A first model comes by those of its move, too. Absent: nobody wants to know. */
  readonly onPhase?: (phase: RetrainPhase | GatePhase) => Promise<void> | void
}

/** Of a run that has no specification, as of one that was kept from elsewhere. */
export const runFolder = (deps: { objects: string }, model: string, runKey: string): string =>
  join(deps.objects, model, runKey)

/** Of a run that is begun now. */
export const newRunFolder = (
  deps: { objects: string },
  settings: ModelSettings,
  { model, runKey }: { readonly model: string; readonly runKey: string },
): string => runFolder({ objects: settings.data.objects?.folder ?? deps.objects }, model, runKey)

/** Of a run that was begun: where its job was told to write, whatever is configured since. */
export const folderOf = (deps: { objects: string }, row: Retraining): string =>
  row.spec?.output ?? runFolder(deps, row.model, row.runKey)

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
