import { z } from 'zod'
import { gateSettings } from './approval-settings.ts'
import { channelSettings } from './chat-settings.ts'
import { drillSettings } from './drill-settings.ts'
import { duration } from './duration.ts'
import { fleetRetrainingSettings } from './fleet-settings.ts'
import { groupSettings } from './group-settings.ts'
import { guardDoorSettings } from './guard-settings.ts'
import { kafkaSettings } from './kafka-settings.ts'
import { modelSettings } from './model-settings.ts'
import { peopleSettings } from './people-settings.ts'
import { dataRegion } from './region-tag.ts'
import { registrySettings } from './registry-settings.ts'
import { rolloutSettings } from './rollout-targets.ts'
import { safeUrl } from './safe-url.ts'
import { secret } from './secret.ts'
import { storageSettings } from './storage.ts'
import { temporalSettings } from './temporal-settings.ts'

export * from './feature-settings.ts'
export * from './guard-settings.ts'
export type { KafkaSettings } from './kafka-settings.ts'
export * from './label-settings.ts'
export * from './model-settings.ts'
export type { RegistrySettings } from './registry-settings.ts'
export { type Secret, secret } from './secret.ts'
export type { TemporalSettings } from './temporal-settings.ts'

const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and dashes')
const hostAndPort = z.string().regex(/^[^\s:/]+:\d+$/, 'expected host:port')

const queueTimeout = duration
  .prefault('10m')
  .describe('a job that the cluster has not started by then is withdrawn')

const job = z
  .strictObject({
    script: z.string().describe('path of training/job.py, as the cluster sees it'),
    python: z.string().describe('the Python with training/requirements.txt'),
    jars: z
      .array(z.string())
      .default([])
      .describe(
        "Spark's Kafka connector and what it needs, and JDBC drivers of tables to train on",
      ),
    driverMemory: z.string().default('2g').describe('as Spark writes it'),
    driverCores: z.number().int().positive().default(1).describe('cores of the driver'),
    executorMemory: z.string().default('1g').describe('as Spark writes it'),
    maximumCores: z.number().int().positive().default(2).describe('cores of all executors'),
    conf: z
      .record(z.string().regex(/^spark\.\S+$/, 'expected spark.something'), z.string())
      .default({})
      .describe('further properties of Spark; they show in its pages, so no secrets'),
  })
  .describe('how a training job is run')

const sparkStandalone = z.strictObject({
  kind: z.literal('spark-standalone').describe("Spark's own cluster, by its REST submissions"),
  rest: z.url().describe('submission port of the master'),
  web: z.url().describe('web pages of the master'),
  master: z
    .string()
    .describe('where the job itself connects: the master, or local[n] for all work in the driver'),
  secret: secret.optional().describe('signs submissions; as in the JWSFilter of the master'),
  dataRegion,
  queueTimeout,
  job,
})

const sparkSubmit = z.strictObject({
  kind: z.literal('spark-submit').describe('Spark of any master, driven from the training worker'),
  command: z.string().startsWith('/').describe('path of the program spark-submit'),
  master: z.string().min(1).describe('as Spark writes it: yarn, k8s://..., spark://..., local[n]'),
  folder: z
    .string()
    .startsWith('/')
    .describe('where all training workers see what is known of every job; it has to be there'),
  jobs: z.number().int().positive().default(2).describe('so many run at once, the others wait'),
  dataRegion,
  queueTimeout,
  job,
})

const trainingWebhook = z.strictObject({
  kind: z.literal('webhook').describe('a service of your own that runs jobs, by signed requests'),
  url: safeUrl('what a job must not show travels with it').describe('where all requests go'),
  secret: secret.describe('signs requests: whsec_ and 24 to 64 bytes in base64'),
  dataRegion,
  queueTimeout,
})

const clusterSettings = z.discriminatedUnion('kind', [
  sparkStandalone,
  sparkSubmit,
  trainingWebhook,
])
/** Where models are trained. */
export type ClusterSettings = z.infer<typeof clusterSettings>
export type SparkStandaloneSettings = z.infer<typeof sparkStandalone>
export type SparkSubmitSettings = z.infer<typeof sparkSubmit>
export type TrainingWebhookSettings = z.infer<typeof trainingWebhook>

const schemasSettings = z
  .strictObject({
    kind: z.enum(['confluent']).default('confluent').describe('which interface it speaks'),
    url: z.url().describe('its root, with the path where there is one'),
    username: z.string().min(1).optional().describe('for a registry that wants a sign-in'),
    password: secret.optional().describe('its password, read for every request'),
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    error: 'a username and its password are given together',
  })

const gatewaySettings = z.strictObject({
  url: z.url().describe('as people and browsers reach it; links and redirects begin with it'),
  listen: hostAndPort
    .optional()
    .describe('where it listens; the port of url on loopback unless told'),
  proxies: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .default([])
    .describe(
      'addresses or networks of the proxies before it: the caller is whom their X-Forwarded-For names',
    ),
  drain: duration
    .prefault('1s')
    .describe('how long it still answers after /readyz has said that it is about to end'),
  issuer: z.url().describe('the OpenID Connect provider, exactly as it calls itself'),
  clientId: z
    .string()
    .default('driftgate-cli')
    .describe('the public client of the command line (device flow)'),
  webClientId: z
    .string()
    .default('driftgate-web')
    .describe('the public client of the page (code and PKCE); redirects to URL/sign-in/callback'),
  rolesClaim: z
    .string()
    .default('roles')
    .describe('claim of the access token with the roles; dots walk into sections'),
  groupsClaim: z
    .string()
    .default('groups')
    .describe('claim with the groups of a person, for approval.quorum and owners; dots likewise'),
  personClaim: z
    .string()
    .optional()
    .describe(
      'claim that tells people apart who have more than one account, such as email (then email_verified has to be true); the account unless said',
    ),
  groups: groupSettings
    .optional()
    .describe('where the rights of whoever answers in chat are asked for, at that moment'),
  signInMaxAge: duration
    .prefault('12h')
    .describe('without groups: how old the last sign-in of whoever answers in chat may be'),
  audience: z.string().default('driftgate').describe('whom access tokens must be for'),
  signingKey: secret
    .optional()
    .describe('Ed25519 private key (PKCS#8 PEM) that signs decision tokens; only the gateway'),
  publicKey: secret
    .optional()
    .describe(
      'its public key, for the workers; while it is replaced, the old and the new one after another',
    ),
  controllerToken: secret
    .optional()
    .describe(
      'what Flagger and Argo Rollouts show to ask about releases and verdicts, and nothing else',
    ),
})

export const settingsSchema = z.strictObject({
  environment: name.default('local').describe('named on every card and audit row'),
  kafka: kafkaSettings.describe('prediction logs and labels'),
  schemas: schemasSettings
    .optional()
    .describe('the schema registry, for logs whose records name their schema'),
  postgres: z
    .strictObject({
      url: z.url().describe('postgres://user@host:port/database'),
      password: secret.optional().describe('the password, instead of one in the url'),
    })
    .describe('ledger, verdicts, releases'),
  temporal: temporalSettings.describe('workflows'),
  cluster: clusterSettings.describe('where models are trained'),
  registry: registrySettings.describe('versions of models'),
  rollout: rolloutSettings.prefault({ kind: 'mlflow-alias' }).describe('how traffic moves'),
  objects: z
    .strictObject({
      folder: z.string().describe('shared by workers and training jobs'),
      dataRegion,
    })
    .describe('training specifications and what jobs write'),
  gateway: gatewaySettings.describe('HTTP API, sign-in, the page of a release'),
  guard: guardDoorSettings,
  people: peopleSettings,
  gate: gateSettings,
  chat: z
    .record(name, channelSettings)
    .default({})
    .describe('channels where people see what waits for them, by name'),
  drill: drillSettings,
  retraining: fleetRetrainingSettings,
  storage: storageSettings.describe('what the database keeps, and for how long'),
  models: z.record(name, modelSettings).describe('by name'),
})
export type Settings = z.infer<typeof settingsSchema>
/** What a person may write: the same with every default left out. */
export type SettingsInput = z.input<typeof settingsSchema>
