import { z } from 'zod'
import type { RegistrySettings } from './registry-settings.ts'
import type { ModelRollout, RolloutStep } from './rollout-settings.ts'
import type { Finding } from './settings-problem.ts'
import type { TrafficAbilities } from './traffic.ts'

interface TargetKind {
  /** Between versions of which registry it moves. */
  readonly registry: RegistrySettings['kind']
  readonly abilities: TrafficAbilities
}

/** What every kind of rollout target can do, said here so that a configuration is checked without one. */
export const targetKinds = {
  'mlflow-alias': {
    registry: 'mlflow',
    abilities: { shadow: true, split: true, compareAndSwap: false },
  },
  'postgres-alias': {
    registry: 'postgres',
    abilities: { shadow: true, split: true, compareAndSwap: true },
  },
} as const satisfies Record<string, TargetKind>

export const rolloutKind = z.enum(['mlflow-alias', 'postgres-alias'] satisfies RolloutKind[])
export type RolloutKind = keyof typeof targetKinds

interface Checked {
  readonly registry: RegistrySettings
  readonly rollout: { readonly kind: RolloutKind }
  readonly models: Readonly<Record<string, { readonly rollout: ModelRollout }>>
}

/** A target moves between versions of its own registry, and no step asks for more than it can do. */
export function checkRollout({ registry, rollout, models }: Checked): Finding[] {
  const kind: TargetKind = targetKinds[rollout.kind]
  return [
    ...checkRegistry(registry, rollout.kind, kind),
    ...Object.entries(models).flatMap(
      ([
        model,
        {
          rollout: { steps, shadowTopic },
        },
      ]) =>
        steps.flatMap((step, index) =>
          checkStep(step, rollout.kind, kind.abilities, shadowTopic).map((finding) => ({
            ...finding,
            path: ['models', model, 'rollout', 'steps', index, ...finding.path],
          })),
        ),
    ),
  ]
}

function checkRegistry(registry: RegistrySettings, name: string, kind: TargetKind): Finding[] {
  if (kind.registry === registry.kind) return []
  const message = `${name} moves between versions of ${kind.registry}, and registry.kind is ${registry.kind}`
  const [wanted] =
    Object.entries(targetKinds).find(([, other]) => other.registry === registry.kind) ?? []
  return [{ path: ['rollout'], message, help: `write rollout: { kind: ${wanted} }` }]
}

function checkStep(
  step: RolloutStep,
  kind: string,
  { shadow, split }: TrafficAbilities,
  shadowTopic: string | undefined,
): Finding[] {
  if ('shadow' in step && !shadow) {
    const message = `${kind} cannot send a copy of the requests to another version`
    return [{ path: [], message, help: `take the step out, or use ${able('shadow')}` }]
  }
  if ('shadow' in step && shadowTopic === undefined) {
    const message = 'nothing says where the answers of the shadow are logged'
    return [
      { path: [], message, help: 'give rollout.shadowTopic of the model, or take the step out' },
    ]
  }
  if ('share' in step && !split) {
    const message = `${kind} cannot give a version a share of the requests`
    return [{ path: [], message, help: `take the step out, or use ${able('split')}` }]
  }
  return []
}

/** The kinds that can, for people. */
const able = (ability: keyof TrafficAbilities): string =>
  Object.entries(targetKinds)
    .filter(([, { abilities }]) => abilities[ability])
    .map(([kind]) => `rollout.kind: ${kind}`)
    .join(' or ')
