import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { endStorm, openStorm } from '../../adapters/postgres/retraining-storms.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { type Environment, tellSteward } from '../../adapters/temporal/messages.ts'
import { registerSearchAttributes } from '../../adapters/temporal/search-attributes.ts'
import type { SettingsInput } from '../../contracts/config.ts'
import { workflowId } from '../../contracts/messages.ts'
import { createDatabase } from '../../test/support/database.ts'
import { gateWorker } from '../../test/support/gate-worker.ts'
import { settingsFor, until } from '../../test/support/gate-world.ts'
import { newScript, verdictOf } from '../../test/support/scripted-activities.ts'
import { measure } from '../bench.ts'

export interface FleetFound {
  readonly toldSeconds: number
  readonly heldSeconds: number
  readonly answeredSeconds: number
  readonly retrained: number
  readonly parked: number
  /** Started while the storm held. */
  readonly early: number
  /** Models of which the record says neither that they were retrained nor why not. */
  readonly lost: number
  readonly twice: number
}

const waitMs = 15 * 60_000

/**
 * Stewards, governor, Temporal and PostgreSQL as they are; jobs answer by a script at once. All models breach within a
 * minute: a storm has to hold every one of them, and once a person has released it, as many are retrained as the
 * budget of all has room for, while each of the others says that it waits for it.
 */
export async function breachTogether(input: {
  readonly temporal: string
  readonly postgres: string
  readonly models: number
  readonly budget: number
  /** How long a retraining waits to see whether others breach too: longer than it takes to tell all of them. */
  readonly settle?: string
}): Promise<FleetFound> {
  const { temporal, models } = input
  await using parts = new AsyncDisposableStack()
  const database = parts.adopt(await createDatabase(input.postgres), (each) => each.drop())
  const db = database.pool
  await migrate(db)
  const names = Array.from({ length: models }, (_, index) => `m${index}`)
  const settings = settingsOf(names, input.budget, input.settle ?? '20s')
  const text = JSON.stringify(settings)
  await storeConfigVersion(db, { digest: text, text, settings, person: 'bench' })
  const client = await connectClient({ address: temporal, namespace: 'default' })
  parts.defer(() => client.connection.close())
  await registerSearchAttributes(client)
  const prefix = `bench-${randomBytes(4).toString('hex')}/`
  const environment = { client, prefix }
  const script = { ...newScript(), labels: 1_000, passes: 'no' as const }
  const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' })
  const worker = await gateWorker(
    { temporal, database: database.url, prefix, publicKey: key.toString() },
    script,
  )
  parts.defer(() => worker.stop())
  parts.defer(() => ended(environment, names))

  const toldSeconds = await timed(async () => {
    for (const day of [1, 2]) await tellAll(environment, names, day)
  })
  const held = () => countOf(db, `retraining_wishes where waits_for = 'storm'`)
  const heldSeconds = await timed(() => until(async () => (await held()) === models, waitMs))
  const early = await countOf(db, 'retrainings')

  const storm = await openStorm(db)
  if (storm === null) throw new Error('nothing holds')
  await endStorm(db, storm, new Date(), { by: 'bench', reason: 'the data is sound' })
  const answeredSeconds = await timed(async () => {
    for (const model of names) {
      await tellSteward(environment, model, 'storm-released', { eventId: `released/${model}` })
    }
    await until(async () => (await unanswered(db, names)).length === 0, waitMs)
  })
  const retrained = await countOf(db, 'retrainings')
  return {
    ...{ toldSeconds, heldSeconds, answeredSeconds, retrained, early },
    parked: await countOf(db, `retraining_wishes where waits_for = 'fleet-budget'`),
    lost: (await unanswered(db, names)).length,
    twice: retrained - (await countOf(db, '(select distinct model from retrainings) each')),
  }
}

/** Neither did a retraining of it end, nor does it say that it waits for the budget. */
async function unanswered(db: pg.Pool, names: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ model: string }>(
    `select model from unnest($1::text[]) as m(model)
     where not exists (
       select from retrainings r join stewards s using (model)
       where r.model = m.model and s.state -> 'retraining' = 'null' and s.state -> 'lastEndedAt' <> 'null')
     and not exists (
       select from retraining_wishes w where w.model = m.model and w.waits_for = 'fleet-budget')`,
    [names],
  )
  return rows.map(({ model }) => model)
}

async function countOf(db: pg.Pool, from: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(`select count(*)::int as n from ${from}`)
  return rows[0]?.n ?? 0
}

const settingsOf = (names: readonly string[], runs: number, settle: string): SettingsInput => {
  const model: SettingsInput['models'][string] = {
    log: { topic: 't' },
    labels: { topic: 'labels' },
    features: { amount: { type: 'numeric' } },
    window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
    retraining: { policy: 'automatic', minimumLabels: 100, labelPoll: '1s' },
    serving: { url: 'http://127.0.0.1:1' },
  }
  return {
    ...settingsFor(model),
    models: Object.fromEntries(names.map((name) => [name, model])),
    retraining: { budget: { runs, per: '30d' }, storm: { models: 10, settle } },
  }
}

/** Several scans end side by side. */
async function tellAll(environment: Environment, names: readonly string[], day: number) {
  const waiting = [...names]
  const teller = async () => {
    for (let model = waiting.shift(); model !== undefined; model = waiting.shift()) {
      await tellSteward(environment, model, 'verdict-reached', verdictOf(model, day, 'DRIFT'))
    }
  }
  await Promise.all(Array.from({ length: 8 }, teller))
}

async function ended({ client, prefix }: Environment, names: readonly string[]): Promise<void> {
  for (const model of names) {
    const steward = client.workflow.getHandle(workflowId.steward(prefix, model))
    await steward.terminate('the measurement is over').catch(() => {})
  }
}

const timed = async (work: () => Promise<void>): Promise<number> =>
  (await measure(work)).wallSeconds
