import { randomBytes } from 'node:crypto'
import { signDecision } from '../../../adapters/identity/decision-token.ts'
import type { Person } from '../../../adapters/identity/index.ts'
import { signOrder } from '../../../adapters/identity/order-token.ts'
import { storeConfigVersion } from '../../../adapters/postgres/config-versions.ts'
import { transaction } from '../../../adapters/postgres/pool.ts'
import { findRelease, hasEnded, reserveNumber } from '../../../adapters/postgres/releases.ts'
import { decide } from '../../../adapters/temporal/messages.ts'
import { order, rollBack } from '../../../adapters/temporal/orders.ts'
import type { SettingsInput } from '../../../contracts/config.ts'
import { type ReleaseInput, workflowId, workflowNames } from '../../../contracts/messages.ts'
import type { HealthState, OrderCommand } from '../../../contracts/rollout.ts'
import { sameTraffic, type Traffic } from '../../../contracts/traffic.ts'
import { insertCandidate } from '../../support/candidate-row.ts'
import { settingsFor } from '../../support/gate-world.ts'
import { eventually, persist } from '../persist.ts'
import type { ReleaseHouse } from './house.ts'
import { changeTraffic } from './outside.ts'

const person: Person = {
  ...{ subject: 'approver', name: 'Approver', roles: ['viewer', 'approver'], groups: [] },
}

/** One release and those around it: what they do is done until it is answered, whoever dies meanwhile. */
export class ReleaseStage {
  readonly model: string
  readonly release: string
  private readonly house: ReleaseHouse
  private readonly runKey: string

  constructor(house: ReleaseHouse, number: number) {
    this.house = house
    this.model = `m${number}`
    this.release = `${this.model}/1`
    this.runKey = number.toString(16).padStart(12, '0')
  }

  /** A candidate 2 of a model that version 1 serves, approved by a person. */
  async open(rollout: NonNullable<SettingsInput['models'][string]['rollout']>): Promise<void> {
    const { db, environment, signingKey } = this.house
    const { model, release, runKey } = this
    const written: SettingsInput['models'][string] = {
      ...{ log: { topic: 't' }, features: { amount: { type: 'numeric' } }, rollout },
      window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
      serving: { url: 'http://127.0.0.1:1' },
    }
    const settings = { ...settingsFor(written), models: { [model]: written } }
    const text = JSON.stringify(settings)
    await persist(() => storeConfigVersion(db, { digest: text, text, settings, person: 'chaos' }))
    await persist(() =>
      db.query(
        `insert into outside_traffic values ($1, '{"stable":"1","canary":null,"shadow":null}', 7)
         on conflict do nothing`,
        [model],
      ),
    )
    await this.health('NOT_ENOUGH_DATA')
    await persist(() => insertCandidate(db, runKey, '2', model))
    await persist(() => transaction(db, (one) => reserveNumber(one, model, runKey)))
    const { client, prefix } = environment
    const input: ReleaseInput = {
      ...{ model, prefix, release, runKey, candidateVersion: '2', incident: null },
      requestedBy: ['rule:automatic'],
    }
    await persist(() =>
      client.workflow.start(workflowNames.release, {
        ...{ workflowId: workflowId.release(prefix, release), args: [input] },
        ...{ taskQueue: `${prefix}orchestration`, workflowTaskTimeout: '4s' },
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    )
    await eventually(async () => (await findRelease(db, release)) !== null)
    const digest = (await persist(() => findRelease(db, release)))?.evidenceDigest ?? ''
    const asked = { person, release, digest, answer: 'approve' as const, id: `yes-${model}` }
    const updateId = randomBytes(6).toString('hex')
    await persist(async () => {
      const token = await signDecision(signingKey, asked, Date.now())
      const message = { schema: 'driftgate-decision/1' as const, token, reason: 'chaos' }
      return this.within(() => decide(environment, release, message, updateId))
    })
  }

  health = async (state: HealthState | 'AWAY'): Promise<void> => {
    await persist(() =>
      this.house.db.query(
        `insert into outside_health values ($1, $2)
         on conflict (name) do update set state = excluded.state`,
        [this.model, state],
      ),
    )
  }

  /** Until the target holds that. */
  reaches = (traffic: Traffic): Promise<void> =>
    eventually(async () => sameTraffic(await this.traffic(), traffic))

  async traffic(): Promise<Traffic> {
    const { rows } = await this.house.db.query<{ traffic: Traffic }>(
      'select traffic from outside_traffic where name = $1',
      [this.model],
    )
    return rows[0]!.traffic
  }

  moveByHand = async (traffic: Traffic): Promise<void> => {
    const change = { name: this.model, traffic, expected: null, byUs: false }
    await persist(() => changeTraffic(this.house.db, change))
  }

  ended = (): Promise<void> =>
    eventually(async () => {
      const row = await findRelease(this.house.db, this.release)
      return row !== null && hasEnded(row.state)
    })

  /** Again until it comes to that; null: the release has ended. */
  async orderUntil(command: OrderCommand, outcome: string): Promise<void> {
    await eventually(async () => {
      const found = await this.order(command)
      return found === null || found === outcome
    })
  }

  async order(command: OrderCommand): Promise<string | null> {
    const { environment, signingKey } = this.house
    const { release } = this
    const token = await signOrder(signingKey, { person, release, command }, Date.now())
    const message = { schema: 'driftgate-order/1' as const, token, reason: 'chaos' }
    const id = randomBytes(6).toString('hex')
    const told = await persist(() => this.within(() => order(environment, release, message, id)))
    if (told !== null) await this.saw(command, told.outcome)
    return told?.outcome ?? null
  }

  async rollBack(): Promise<void> {
    const { environment, signingKey } = this.house
    const { model, release } = this
    const binding = { person, release, command: 'rollback' as const }
    const token = await signOrder(signingKey, binding, Date.now())
    const message = { schema: 'driftgate-order/1' as const, token, reason: 'chaos' }
    const told = await persist(() => rollBack(environment, { model, release, message }))
    // Answered to somebody else's try of the same order, when the first answer was lost.
    if (told.outcome !== 'DUPLICATE') await this.saw('rollback', told.outcome)
  }

  private within<T>(ask: () => Promise<T>): Promise<T> {
    return this.house.environment.client.withDeadline(Date.now() + 8_000, ask)
  }

  private async saw(command: string, outcome: string): Promise<void> {
    await persist(() =>
      this.house.db.query('insert into seen_orders values ($1, $2, $3)', [
        ...[this.release, command, outcome],
      ]),
    )
  }
}
