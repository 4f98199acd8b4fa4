import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  type DecisionBinding,
  signDecision,
  signingKeyOf,
} from '../../adapters/identity/decision-token.ts'
import type { Person } from '../../adapters/identity/index.ts'
import { signOrder } from '../../adapters/identity/order-token.ts'
import { storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { transaction } from '../../adapters/postgres/pool.ts'
import { findRelease, reserveNumber } from '../../adapters/postgres/releases.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { decide } from '../../adapters/temporal/messages.ts'
import { order, rollBack } from '../../adapters/temporal/orders.ts'
import { registerSearchAttributes } from '../../adapters/temporal/search-attributes.ts'
import type { ChannelSettings } from '../../contracts/chat-settings.ts'
import type { SettingsInput } from '../../contracts/config.ts'
import { workflowId } from '../../contracts/messages.ts'
import type { Answer, DecisionMessage } from '../../contracts/release.ts'
import type { OrderCommand } from '../../contracts/rollout.ts'
import type { ReleaseResult } from '../../workflows/release.ts'
import { insertCandidate } from './candidate-row.ts'
import { createDatabase } from './database.ts'
import { type GateWorker, gateWorker } from './gate-worker.ts'
import type { Script } from './scripted-activities.ts'
import { servers } from './servers.ts'
import { registerVersions } from './step-target.ts'
import { createTarget } from './table-target.ts'

export const approver: Person = {
  ...{ subject: 'approver', name: 'Approver' },
  ...{ roles: ['viewer', 'approver'], groups: ['business'] },
}
export const otherApprover: Person = {
  ...{ ...approver, subject: 'other-approver', name: 'Other Approver' },
  groups: ['risk'],
}
export const viewer: Person = { subject: 'viewer', name: 'Viewer', roles: ['viewer'], groups: [] }

type Approval = NonNullable<SettingsInput['models'][string]['approval']>

export interface GateWorldOptions {
  readonly temporal?: string
  readonly critical?: boolean
  readonly expiry?: string
  readonly requestedBy?: readonly string[]
  readonly owners?: readonly string[]
  /** Other settings of the gate. */
  readonly approval?: Approval
  readonly people?: SettingsInput['people']
  readonly checkMs?: number
  /** Scans and retrainings answer by this script; no candidate stands at the gate beforehand. */
  readonly script?: Script
  readonly prefix?: string
  /** Where cards are shown; nowhere unless said. */
  readonly channel?: ChannelSettings
  /** Where an incident is shown as well that nobody acknowledges for so long. */
  readonly escalation?: { readonly channel: ChannelSettings; readonly after: string }
  /** Other settings of the gates of the environment. */
  readonly gate?: SettingsInput['gate']
  /** Where the labels of the model come from; it has none unless said. */
  readonly labels?: SettingsInput['models'][string]['labels']
  /** What stands before the model. */
  readonly guard?: SettingsInput['models'][string]['guard']
  /** The model's place in a registry. */
  readonly registry?: SettingsInput['models'][string]['registry']
  /** Its traffic moves in these steps, between versions of the registry in PostgreSQL, whose files are in a folder. */
  readonly rollout?: SettingsInput['models'][string]['rollout']
  readonly versions?: string
  /** Other settings of the model. */
  readonly model?: Partial<SettingsInput['models'][string]>
  /** Version of the candidate; 2 unless said. */
  readonly candidate?: string
  /** No worker of its own: the test starts and kills them. */
  readonly workerless?: boolean
}

/** One model `m` with a candidate `2` whose release `m/1` stands at its gate, on real servers. */
export async function gateWorld(options: GateWorldOptions = {}) {
  const temporal = options.temporal ?? servers().temporal
  const prefix = options.prefix ?? `gate-${randomBytes(4).toString('hex')}/`
  const database = await createDatabase()
  const db = database.pool
  await migrate(db)
  await createTarget(db)
  if (options.versions) await registerVersions(db, options.versions)
  await apply({})
  if (options.script === undefined) {
    await insertCandidate(db, runKey, options.candidate ?? '2')
    await transaction(db, (client) => reserveNumber(client, 'm', runKey))
  }
  const keys = generateKeyPairSync('ed25519')
  const signingKey = await signingKeyOf(pem(keys.privateKey, 'pkcs8'))
  const client = await connectClient({ address: temporal, namespace: 'default' })
  await registerSearchAttributes(client)
  const workerInput = {
    temporal,
    database: database.url,
    prefix,
    publicKey: pem(keys.publicKey, 'spki'),
    checkMs: options.checkMs ?? 0,
    ...(options.versions && { versions: options.versions }),
  }
  const worker: GateWorker | null = options.workerless
    ? null
    : await gateWorker(workerInput, options.script)
  const environment = { client, prefix }
  const release = 'm/1'
  const handle = client.workflow.getHandle(workflowId.release(prefix, release))

  function apply(changes: Approval) {
    const model: SettingsInput['models'][string] = {
      critical: options.critical ?? true,
      log: { topic: 't' },
      features: { amount: { type: 'numeric' } },
      window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
      retraining: { policy: 'automatic', minimumLabels: 100, labelPoll: '1s' },
      owners: [...(options.owners ?? [])],
      approval: {
        expiry: options.expiry ?? '1h',
        ...options.approval,
        ...changes,
        ...(options.channel && { channel: 'team' }),
      },
      ...(options.escalation && {
        notifications: { escalation: { channel: 'on-call', after: options.escalation.after } },
      }),
      ...(options.rollout && { rollout: options.rollout }),
      ...(options.guard && { guard: options.guard }),
      ...(options.registry && { registry: options.registry }),
      ...(options.labels && { labels: options.labels }),
      serving: { url: 'http://127.0.0.1:1' },
      ...options.model,
    }
    const chat = options.channel && {
      team: options.channel,
      ...(options.escalation && { 'on-call': options.escalation.channel }),
    }
    const { people } = options
    const settings = {
      ...settingsFor(model),
      ...(chat && { chat }),
      ...(people && { people }),
      ...(options.gate && { gate: options.gate }),
    }
    const text = JSON.stringify(settings)
    return storeConfigVersion(db, { digest: text, text, settings, person: 'test' })
  }

  return {
    db,
    release,
    handle,
    environment,
    workerInput,
    apply,
    async open() {
      await this.start()
      await this.opened()
    },
    opened: () => until(async () => (await findRelease(db, release)) !== null),
    async start() {
      await client.workflow.start('release', {
        workflowId: handle.workflowId,
        taskQueue: `${prefix}orchestration`,
        args: [
          {
            model: 'm',
            prefix,
            release,
            runKey,
            candidateVersion: options.candidate ?? '2',
            incident: null,
            requestedBy: options.requestedBy ?? ['rule:automatic'],
          },
        ],
      })
    },
    async message(
      person = approver,
      answer: Answer = 'approve',
      changes: Partial<DecisionBinding> & { atMs?: number } = {},
    ): Promise<DecisionMessage> {
      const row = await findRelease(db, release)
      const binding = { release, digest: row?.evidenceDigest ?? '', ...changes, person, answer }
      const token = await signDecision(signingKey, binding, changes.atMs ?? Date.now())
      return { schema: 'driftgate-decision/1', token, reason: 'seen' }
    },
    async order(
      command: OrderCommand,
      person: Person = approver,
      changes: { readonly release?: string; readonly atMs?: number } = {},
    ) {
      const binding = { person, release: changes.release ?? release, command }
      const token = await signOrder(signingKey, binding, changes.atMs ?? Date.now())
      const message = { schema: 'driftgate-order/1' as const, token, reason: `to ${command}` }
      return order(environment, release, message, randomBytes(6).toString('hex'))
    },
    async rollBack(person: Person = approver) {
      const token = await signOrder(
        signingKey,
        { person, release, command: 'rollback' },
        Date.now(),
      )
      const message = { schema: 'driftgate-order/1' as const, token, reason: 'to rollback' }
      return rollBack(environment, { model: 'm', release, message })
    },
    decide: (message: DecisionMessage, updateId = randomBytes(6).toString('hex')) =>
      decide(environment, release, message, updateId),
    result: () => handle.result() as Promise<ReleaseResult>,
    async close() {
      await handle.terminate('the test is over').catch(() => {})
      const steward = client.workflow.getHandle(workflowId.steward(prefix, 'm'))
      await steward.terminate('the test is over').catch(() => {})
      await worker?.stop()
      await client.connection.close()
      await database.drop()
    },
  }
}

export const runKey = 'aaaaaaaaaaaa'

/** Asks every 50 ms for at most `forMs`. */
export async function until(done: () => Promise<boolean>, forMs = 60_000): Promise<void> {
  const end = performance.now() + forMs
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`not within ${forMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const pem = (key: import('node:crypto').KeyObject, type: 'pkcs8' | 'spki'): string =>
  key.export({ format: 'pem', type } as never).toString()

/** Settings of one model `m` whose servers, besides those a test hands to its workers, are nowhere. */
export const settingsFor = (m: SettingsInput['models'][string]): SettingsInput => ({
  kafka: { brokers: ['127.0.0.1:1'] },
  postgres: { url: 'postgres://127.0.0.1:1/x' },
  temporal: { address: '127.0.0.1:1' },
  cluster: {
    kind: 'spark-standalone',
    rest: 'http://127.0.0.1:1',
    web: 'http://127.0.0.1:1',
    master: 'local[1]',
    job: { script: 'x', python: 'x' },
  },
  registry: { kind: 'mlflow', url: 'http://127.0.0.1:1' },
  objects: { folder: '.' },
  gateway: { url: 'http://127.0.0.1:1', issuer: 'http://127.0.0.1:1' },
  models: { m },
})
