import { storeConfigVersion } from '../../../adapters/postgres/config-versions.ts'
import { transaction } from '../../../adapters/postgres/pool.ts'
import { findRelease, reserveNumber } from '../../../adapters/postgres/releases.ts'
import type { SettingsInput } from '../../../contracts/config.ts'
import { type ReleaseInput, workflowId, workflowNames } from '../../../contracts/messages.ts'
import { insertCandidate } from '../../support/candidate-row.ts'
import { settingsFor } from '../../support/gate-world.ts'
import { slackHome } from '../../support/slack-people.ts'
import { eventually, persist } from '../persist.ts'
import { chatSecrets, type GateHouse } from './house.ts'

/** Each gate is of a model of its own. */
export const modelOf = (number: number): string => `m${number}`

export type Approval = NonNullable<SettingsInput['models'][string]['approval']>

export interface GateSettings {
  readonly models: readonly string[]
  readonly role: string
  readonly required?: number
  readonly expiry?: string
  readonly approval?: Approval
  /** Cards are shown in a Matrix room. */
  readonly matrix?: boolean
}

/** Puts in force that these models, and no others, wait for so many people. */
export async function applySettings(house: GateHouse, input: GateSettings): Promise<void> {
  const { models, role, required = 1, expiry = '1h', matrix = false } = input
  const channel = matrix && house.matrix !== null ? house.matrix.channel : 'team'
  const written: SettingsInput['models'][string] = {
    critical: true,
    log: { topic: 't' },
    features: { amount: { type: 'numeric' } },
    window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
    approval: { required, expiry, role, channel, ...input.approval },
    serving: { url: 'http://127.0.0.1:1' },
  }
  const { chat, db } = house
  const { workspace, app } = slackHome
  const team = {
    ...{ kind: 'slack' as const, channel: chat.channel, api: chat.api },
    token: { env: chatSecrets.token },
    answers: { mode: 'http' as const, workspace, app, signingSecret: { env: chatSecrets.signing } },
  }
  const settings = {
    ...settingsFor(written),
    models: Object.fromEntries(models.map((model) => [model, written])),
    chat: { team, ...(house.matrix && { [house.matrix.channel]: house.matrix.settings }) },
  }
  const text = JSON.stringify(settings)
  await persist(() => storeConfigVersion(db, { digest: text, text, settings, person: 'chaos' }))
}

/** A candidate before its gate; returns once the request is on record. */
export async function openGate(
  { db, environment }: GateHouse,
  { number, requestedBy = [] }: { number: number; requestedBy?: readonly string[] },
): Promise<{ release: string; id: string }> {
  const { client, prefix } = environment
  const model = modelOf(number)
  const release = `${model}/1`
  const runKey = number.toString(16).padStart(12, '0')
  await persist(async () => {
    await insertCandidate(db, runKey, '2', model)
    await transaction(db, (one) => reserveNumber(one, model, runKey))
    await db.query(`insert into outside_target values ($1, '1', 7) on conflict do nothing`, [model])
  })
  const input: ReleaseInput = {
    ...{ model, prefix, release, runKey, candidateVersion: '2', incident: null },
    requestedBy: ['rule:automatic', ...requestedBy],
  }
  const id = workflowId.release(prefix, release)
  await persist(() =>
    client.workflow.start(workflowNames.release, {
      ...{ workflowId: id, taskQueue: `${prefix}orchestration`, args: [input] },
      workflowIdConflictPolicy: 'USE_EXISTING',
      // A worker that dies with a task is waited for as long.
      workflowTaskTimeout: '4s',
    }),
  )
  await eventually(async () => (await findRelease(db, release)) !== null)
  return { release, id }
}
