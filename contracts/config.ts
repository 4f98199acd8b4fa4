import { z } from 'zod'
import { duration } from './duration.ts'

const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and dashes')
const hostAndPort = z.string().regex(/^[^\s:/]+:\d+$/, 'expected host:port')
const instant = z.iso.datetime({ offset: true })

/** A secret is never written down: where it is found, an environment variable or a file. */
export const secret = z.union([
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
])
export type Secret = z.infer<typeof secret>

/** What a feature is. A `cycle` says that the numbers go round (24 for the hour of the day). */
export const featureSettings = z.strictObject({
  type: z.enum(['numeric', 'categorical', 'boolean']),
  cycle: z.number().int().min(2).max(366).optional(),
  detector: z.string().optional(),
  minimumEffect: z.number().positive().optional(),
})
export type FeatureSettings = z.infer<typeof featureSettings>

/** Where a flat JSON record keeps each part of a prediction; dots walk into objects. */
export const recordPaths = z.strictObject({
  id: z.string().default('id'),
  time: z.string().default('time'),
  model: z.string().default('model'),
  version: z.string().default('version'),
  features: z.string().default('features'),
  score: z.string().default('score'),
})

export const logSettings = z.strictObject({
  topic: z.string().min(1),
  format: z.string().default('json'),
  paths: recordPaths.prefault({}),
  keepBadBytes: z.boolean().default(false),
})

export const labelSettings = z.strictObject({
  topic: z.string().min(1),
  paths: z
    .strictObject({
      id: z.string().default('id'),
      time: z.string().default('time'),
      label: z.string().default('label'),
    })
    .prefault({}),
})

export const modelSettings = z.strictObject({
  critical: z.boolean().default(true),
  owners: z.array(z.string()).default([]),
  log: logSettings,
  labels: labelSettings.optional(),
  features: z.record(z.string(), featureSettings),
  window: z.strictObject({
    length: duration,
    bucket: duration,
    anchor: instant,
    lateness: duration.prefault('0s'),
  }),
  detection: z
    .strictObject({
      /** The share of windows without change that may alarm; spread evenly over the features. */
      significance: z.number().gt(0).lt(0.5).default(0.001),
      minimumRows: z.number().int().positive().default(500),
      /** No row for this many windows in a row: STALE instead of INSUFFICIENT_DATA. */
      staleAfterWindows: z.number().int().positive().default(2),
    })
    .prefault({}),
  retraining: z
    .strictObject({
      policy: z.enum(['automatic', 'suggest', 'never']).default('suggest'),
      /** Hysteresis: this many drifted windows ... */
      windows: z.number().int().positive().default(2),
      /** ... among this many last ones. */
      outOf: z.number().int().positive().default(2),
      minimumLabels: z.number().int().positive().default(1_000),
      /** How often labels are counted while a retraining waits for enough of them. */
      labelPoll: duration.prefault('30s'),
      cooldown: duration.prefault('0s'),
      trainer: z.string().default('gradient-boosting'),
      /** The last share of the rows by event time, never trained on. */
      holdout: z.number().gt(0).lt(1).default(0.3),
      seed: z.number().int().nonnegative().default(1),
      timeout: duration.prefault('2h'),
    })
    .prefault({}),
  comparison: z
    .strictObject({
      metric: z.enum(['brier', 'log_loss', 'accuracy', 'auc']).default('brier'),
      minimumGain: z.number().default(0),
    })
    .prefault({}),
  approval: z
    .strictObject({
      required: z.number().int().positive().max(1).default(1),
      role: z.string().default('approver'),
      expiry: duration.prefault('7d'),
    })
    .prefault({}),
  registry: z
    .strictObject({ name: z.string().optional(), alias: z.string().default('champion') })
    .prefault({}),
  serving: z.strictObject({ url: z.url() }),
})
export type ModelSettings = z.infer<typeof modelSettings>

export const settingsSchema = z.strictObject({
  environment: name.default('local'),
  kafka: z.strictObject({ brokers: z.array(hostAndPort).min(1) }),
  postgres: z.strictObject({ url: z.url(), password: secret.optional() }),
  temporal: z.strictObject({
    address: hostAndPort,
    namespace: z.string().default('default'),
    /** Put before every task queue and workflow id, so that several environments share a server. */
    prefix: z.string().default(''),
  }),
  cluster: z.strictObject({
    kind: z.enum(['spark-standalone']),
    rest: z.url(),
    web: z.url(),
    /** Where the job itself connects: the master's address, or local[n] for all work in the driver. */
    master: z.string(),
    secret: secret.optional(),
    /** A job that the cluster has not started by then is withdrawn. */
    queueTimeout: duration.prefault('10m'),
    job: z.strictObject({
      script: z.string(),
      python: z.string(),
      jars: z.array(z.string()).default([]),
      driverMemory: z.string().default('2g'),
      driverCores: z.number().int().positive().default(1),
      executorMemory: z.string().default('1g'),
      maximumCores: z.number().int().positive().default(2),
    }),
  }),
  registry: z.strictObject({ kind: z.enum(['mlflow']), url: z.url() }),
  rollout: z.strictObject({ kind: z.enum(['mlflow-alias']) }).prefault({ kind: 'mlflow-alias' }),
  objects: z.strictObject({ folder: z.string() }),
  gateway: z.strictObject({
    /** As people and browsers reach it; links and redirects begin with it. */
    url: z.url(),
    /** Where it listens; the port of `url` on loopback unless told. */
    listen: hostAndPort.optional(),
    issuer: z.url(),
    /** The public client of the command line (device flow). */
    clientId: z.string().default('driftgate-cli'),
    /** The public client of the page (code + PKCE); redirects to `<url>/sign-in/callback`. */
    webClientId: z.string().default('driftgate-web'),
    /** Claim of the access token with the roles; dots walk into objects. */
    rolesClaim: z.string().default('roles'),
    audience: z.string().default('driftgate'),
    /** Ed25519 private key (PKCS#8 PEM) that signs decision tokens; workers need the public one. */
    signingKey: secret.optional(),
    publicKey: secret.optional(),
  }),
  models: z.record(name, modelSettings),
})
export type Settings = z.infer<typeof settingsSchema>
/** What a person may write: the same with every default left out. */
export type SettingsInput = z.input<typeof settingsSchema>
