import type { Pool } from 'pg'
import type { Settings } from '../../contracts/config.ts'
import type { RegistrySettings } from '../../contracts/registry-settings.ts'
import { mlflowAlias } from './mlflow-alias.ts'
import { postgresAlias } from './postgres-alias.ts'
import type { RolloutTarget } from './rollout-target.ts'

type OpenTarget = (registry: RegistrySettings, options: { readonly db: Pool }) => RolloutTarget

/** Every kind of rollout target, one line each. */
export const rolloutTargets = {
  'mlflow-alias': (registry) => mlflowAlias(addressIn(registry)),
  'postgres-alias': (_, { db }) => postgresAlias(db),
} satisfies Record<Settings['rollout']['kind'], OpenTarget>

/** Opens the target that the configuration names. No connection is made before the first call. */
export const openRolloutTarget = (
  { rollout, registry }: Pick<Settings, 'rollout' | 'registry'>,
  options: { readonly db: Pool },
): RolloutTarget => rolloutTargets[rollout.kind](registry, options)

function addressIn(registry: RegistrySettings): string {
  if ('url' in registry) return registry.url
  throw new Error('an alias of MLflow, and no MLflow: these settings were not checked')
}
