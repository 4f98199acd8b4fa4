import { z } from 'zod'
import type { RegistrySettings } from './registry-settings.ts'
import type { ModelRollout, RolloutStep } from './rollout-settings.ts'
import { safeUrl } from './safe-url.ts'
import { secret } from './secret.ts'
import type { Finding } from './settings-problem.ts'
import type { TrafficAbilities } from './traffic.ts'

const mlflowAlias = z.strictObject({
  kind: z.literal('mlflow-alias').describe('an alias in MLflow, and a tag with the shares'),
})
const postgresAlias = z.strictObject({
  kind: z.literal('postgres-alias').describe('an alias of the registry in PostgreSQL'),
})
const webhook = z.strictObject({
  kind: z.literal('webhook').describe('a service of your own that moves traffic'),
  url: safeUrl('whoever can change a request moves traffic').describe('where all requests go'),
  secret: secret.describe('signs requests: whsec_ and 24 to 64 bytes in base64'),
  shadow: z.boolean().default(false).describe('it can send a copy of every request to a version'),
  split: z.boolean().default(false).describe('it can give a version a share of the requests'),
  compareAndSwap: z
    .boolean()
    .default(false)
    .describe('it refuses a change of what somebody else changed meanwhile, in one step'),
})

const fileName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'expected the name of a file of a version')
  .refine((name) => name !== 'model-settings.json', { error: 'the server reads this one itself' })
const openInference = z.strictObject({
  kind: z.literal('open-inference').describe('MLServer, by its model repository'),
  url: z.url({ protocol: /^https?$/ }).describe('the model server itself, nothing before it'),
  folder: z
    .string()
    .startsWith('/')
    .describe('its model repository, which the release workers and the server share'),
  implementation: z
    .string()
    .min(1)
    .describe('class of the runtime, such as mlserver_mlflow.MLflowRuntime'),
  files: z
    .array(fileName)
    .min(1)
    .default(['model.onnx'])
    .describe('of a version in the registry, which the runtime needs'),
  uri: z
    .union([z.literal('.'), fileName])
    .optional()
    .describe('which of them it is pointed to, or . for their folder; the first unless said'),
})

/** How traffic moves. */
export const rolloutSettings = z.discriminatedUnion('kind', [
  mlflowAlias,
  postgresAlias,
  openInference,
  webhook,
])
export type RolloutSettings = z.infer<typeof rolloutSettings>
export type OpenInferenceSettings = z.infer<typeof openInference>
export type RolloutWebhookSettings = z.infer<typeof webhook>
export type RolloutKind = RolloutSettings['kind']

interface TargetKind {
  /** Between versions of which registry it moves; null: of any. */
  readonly registry: RegistrySettings['kind'] | null
  /** Null: its settings say what it can do. */
  readonly abilities: TrafficAbilities | null
}

/** What every kind of rollout target can do, said here so that a configuration is checked without one. */
const targetKinds: Readonly<Record<RolloutKind, TargetKind>> = {
  'mlflow-alias': {
    registry: 'mlflow',
    abilities: { shadow: true, split: true, compareAndSwap: false },
  },
  'postgres-alias': {
    registry: 'postgres',
    abilities: { shadow: true, split: true, compareAndSwap: true },
  },
  'open-inference': {
    registry: null,
    abilities: { shadow: false, split: false, compareAndSwap: false },
  },
  webhook: { registry: null, abilities: null },
}

export function abilitiesOf(rollout: RolloutSettings): TrafficAbilities {
  const { abilities } = targetKinds[rollout.kind]
  if (abilities !== null) return abilities
  const {
    shadow = false,
    split = false,
    compareAndSwap = false,
  } = rollout as Partial<RolloutWebhookSettings>
  return { shadow, split, compareAndSwap }
}

interface Checked {
  readonly registry: RegistrySettings
  readonly rollout: RolloutSettings
  readonly models: Readonly<Record<string, CheckedModel>>
}

interface CheckedModel {
  readonly rollout: ModelRollout
  readonly registry: { readonly name?: string | undefined }
}

/** A target moves between versions of its own registry, and no step asks for more than it can do. */
export function checkRollout({ registry, rollout, models }: Checked): Finding[] {
  const abilities = abilitiesOf(rollout)
  return [
    ...checkRegistry(registry, rollout.kind),
    ...(rollout.kind === 'open-inference' ? checkNames(models) : []),
    ...Object.entries(models).flatMap(
      ([
        model,
        {
          rollout: { steps, shadowTopic },
        },
      ]) =>
        steps.flatMap((step, index) =>
          checkStep(step, rollout.kind, abilities, shadowTopic).map((finding) => ({
            ...finding,
            path: ['models', model, 'rollout', 'steps', index, ...finding.path],
          })),
        ),
    ),
  ]
}

function checkRegistry(registry: RegistrySettings, name: RolloutKind): Finding[] {
  const own = targetKinds[name].registry
  if (own === null || own === registry.kind) return []
  const message = `${name} moves between versions of ${own}, and registry.kind is ${registry.kind}`
  const [wanted] =
    Object.entries(targetKinds).find(([, other]) => other.registry === registry.kind) ?? []
  return [{ path: ['rollout'], message, help: `write rollout: { kind: ${wanted} }` }]
}

/** The server calls a model by one name, in requests as in its repository. */
const checkNames = (models: Checked['models']): Finding[] =>
  Object.entries(models).flatMap(
    ([
      model,
      {
        registry: { name },
      },
    ]) => {
      if (name === undefined || name === model) return []
      const message = `open-inference serves a model by its name in the registry, and requests ask for ${model}`
      const help = 'call the model as it is called in the registry, and leave registry.name out'
      return [{ path: ['models', model, 'registry', 'name'], message, help }]
    },
  )

function checkStep(
  step: RolloutStep,
  kind: string,
  { shadow, split }: TrafficAbilities,
  shadowTopic: string | undefined,
): Finding[] {
  if ('shadow' in step && !shadow) {
    const message = `${kind} cannot send a copy of the requests to another version`
    return [
      {
        path: [],
        message,
        help: `take the step out, or choose a rollout.kind that can: ${able('shadow')}`,
      },
    ]
  }
  if ('shadow' in step && shadowTopic === undefined) {
    const message = 'nothing says where the answers of the shadow are logged'
    return [
      { path: [], message, help: 'give rollout.shadowTopic of the model, or take the step out' },
    ]
  }
  if ('share' in step && !split) {
    const message = `${kind} cannot give a version a share of the requests`
    return [
      {
        path: [],
        message,
        help: `take the step out, or choose a rollout.kind that can: ${able('split')}`,
      },
    ]
  }
  return []
}

/** The kinds that can, for people. */
const able = (ability: 'shadow' | 'split'): string =>
  Object.entries(targetKinds)
    .filter(([, { abilities }]) => abilities?.[ability] ?? true)
    .map(([kind, { abilities }]) => (abilities ? kind : `${kind} with ${ability}: true`))
    .join(', ')
