import type { Settings } from '../../contracts/config.ts'
import { mlflowAlias } from './mlflow-alias.ts'
import type { RolloutTarget } from './rollout-target.ts'

/** Every kind of rollout target, one line each. */
export const rolloutTargets = {
  'mlflow-alias': (settings: Settings) => mlflowAlias(settings.registry.url),
} satisfies Record<Settings['rollout']['kind'], (settings: Settings) => RolloutTarget>

/** Opens the target that the configuration names. No connection is made before the first call. */
export const openRolloutTarget = (settings: Settings): RolloutTarget =>
  rolloutTargets[settings.rollout.kind](settings)
