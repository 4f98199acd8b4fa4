import type { Pool } from 'pg'
import type { Settings } from '../../contracts/config.ts'
import type { RolloutKind } from '../../contracts/rollout-targets.ts'
import type { Secret } from '../../contracts/secret.ts'
import { mlflowAlias } from './mlflow-alias.ts'
import { openInferenceTarget, type VersionFiles } from './open-inference-target.ts'
import { postgresAlias } from './postgres-alias.ts'
import type { RolloutTarget } from './rollout-target.ts'
import { rolloutWebhook } from './webhook.ts'

type RolloutOf<Kind extends RolloutKind> = Extract<Settings['rollout'], { kind: Kind }>

export interface TargetOptions {
  readonly db: Pool
  /** Reads a secret; the setting that names it is for people. */
  readonly secretOf: (secret: Secret, setting: string) => string
  /** The registry, for a target that hands files of a version to its server. */
  readonly versions: VersionFiles
}

interface Opened<Kind extends RolloutKind> extends TargetOptions {
  readonly rollout: RolloutOf<Kind>
  readonly registry: Settings['registry']
}

/** Every kind of rollout target, one line each. */
export const rolloutTargets: { [Kind in RolloutKind]: (opened: Opened<Kind>) => RolloutTarget } = {
  'mlflow-alias': ({ registry }) => mlflowAlias(addressIn(registry)),
  'postgres-alias': ({ db }) => postgresAlias(db),
  'open-inference': ({ rollout, versions }) => openInferenceTarget(rollout, versions),
  webhook: ({ rollout, secretOf }) =>
    rolloutWebhook(rollout, { secret: () => secretOf(rollout.secret, 'rollout.secret') }),
}

/** Opens the target that the configuration names. No connection is made before the first call. */
export const openRolloutTarget = (
  { rollout, registry }: Pick<Settings, 'rollout' | 'registry'>,
  options: TargetOptions,
): RolloutTarget =>
  (rolloutTargets[rollout.kind] as (opened: Opened<RolloutKind>) => RolloutTarget)({
    ...{ rollout, registry },
    ...options,
  })

function addressIn(registry: Settings['registry']): string {
  if ('url' in registry) return registry.url
  throw new Error('an alias of MLflow, and no MLflow: these settings were not checked')
}
