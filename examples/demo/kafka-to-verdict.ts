import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import { currentSettings, storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import { insertReference } from '../../adapters/postgres/references.ts'
import { type SettingsInput, settingsSchema } from '../../contracts/config.ts'
import type { PredictionEvent } from '../../contracts/prediction.ts'
import type { Report } from '../../contracts/report.ts'
import {
  addRow,
  binningDigest,
  buildBinning,
  createProfile,
  digestOf,
  encodeProfile,
  profileDigest,
} from '../../profiles/index.ts'
import { loadCarLoan } from '../data/car-loan.ts'
import { carLoanStart, demoModels, topics } from './models.ts'
import { cutStretches, type LabelledRow } from './stretches.ts'

const model = 'car-loan'
const version = 'packaged'
const partitions = 3
const batchRows = 1_000

export interface KafkaInput {
  readonly kafka: string
  /** Address of a PostgreSQL server; the run makes a database of its own there. */
  readonly postgres: string
  readonly signal: AbortSignal
  readonly onVerdict: (report: Report, seconds: number) => void
}

/**
 * The second half of car-loan replayed into a Kafka topic, window by window, in its own event time, and scanned:
 * read exactly up to the last stable offset, summed up in PostgreSQL, judged. The scores are those of the model that
 * the data set carries.
 */
export async function carLoanFromKafka(input: KafkaInput): Promise<Report[]> {
  const run = `demo_${randomBytes(4).toString('hex')}`
  const database = await createDatabase(input.postgres, run)
  const db = openPool(database)
  const log = await openKafkaLog([input.kafka])
  const producer = kafkaClient([input.kafka]).producer({ idempotent: true, maxInFlightRequests: 1 })
  try {
    await migrate(db)
    await producer.connect()
    const models = demoModels({ prefix: `${run}.`, serving: 'http://127.0.0.1:1' })
    const topic = topics(`${run}.`, model).predictions
    await ensureTopic([input.kafka], topic, partitions)
    await applySettings(db, input, { [model]: models[model] as NonNullable<typeof models.x> })
    const deps: ScanDeps = { db, log, settings: () => currentSettings(db) }
    const { reference, analysis } = await loadCarLoan()
    await adoptReference(db, reference)
    const { settings } = await currentSettings(db)
    const { length, lateness } = settings.models[model]?.window ?? { length: 1, lateness: 0 }
    const reports: Report[] = []
    for (const stretch of cutStretches(analysis, carLoanStart, length)) {
      input.signal.throwIfAborted()
      const began = performance.now()
      await send(producer, topic, stretch.rows)
      const report = await scan(deps, new Date(stretch.endMs + lateness).toISOString())
      input.onVerdict(report, (performance.now() - began) / 1000)
      reports.push(report)
    }
    return reports
  } finally {
    await producer.disconnect()
    await log.close()
    await db.end()
  }
}

async function scan(deps: ScanDeps, scheduledAt: string): Promise<Report> {
  const plan = await planScan(deps, { model, scheduledAt })
  await Promise.all(
    plan.partitions.map(({ partition, cut }) =>
      advanceLedger(deps, { model, reading: plan.reading, partition, to: cut }),
    ),
  )
  return judgeWindow(deps, plan)
}

interface Sender {
  send(input: {
    topic: string
    messages: { key: string; value: string; partition: number }[]
  }): Promise<unknown>
}

async function send(producer: Sender, topic: string, rows: readonly LabelledRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += batchRows) {
    const messages = rows.slice(from, from + batchRows).map((row, index) => ({
      key: row.id,
      value: JSON.stringify(eventOf(row)),
      partition: (from + index) % partitions,
    }))
    await producer.send({ topic, messages })
  }
}

const eventOf = (row: LabelledRow): PredictionEvent => ({
  id: row.id,
  time: new Date(row.timeMs).toISOString(),
  model,
  version,
  features: row.features,
  score: row.score ?? 0,
})

/** The first half as the reference of the packaged model. */
async function adoptReference(db: pg.Pool, rows: readonly LabelledRow[]): Promise<void> {
  const { settings } = await currentSettings(db)
  const features = settings.models[model]?.features ?? {}
  const values = rows.map((row) => [
    ...Object.keys(features).map((name) => row.features[name]),
    row.score,
  ])
  const binning = buildBinning(model, 'packaged', features, values)
  const profile = createProfile(binning)
  for (const row of values) addRow(profile, row)
  const bytes = encodeProfile(profile)
  await insertReference(
    db,
    {
      model,
      name: 'first half',
      version,
      profileDigest: profileDigest(bytes),
      profile: bytes,
      binningDigest: binningDigest(binning),
      binning,
    },
    profile.rows,
  )
}

async function applySettings(
  db: pg.Pool,
  input: KafkaInput,
  models: SettingsInput['models'],
): Promise<void> {
  const settings: SettingsInput = {
    kafka: { brokers: [input.kafka] },
    postgres: { url: input.postgres },
    temporal: { address: '127.0.0.1:1' },
    cluster: {
      kind: 'spark-standalone',
      rest: 'http://127.0.0.1:1',
      web: 'http://127.0.0.1:1',
      master: 'local[2]',
      job: { script: 'training/job.py', python: 'python3' },
    },
    registry: { kind: 'mlflow', url: 'http://127.0.0.1:1' },
    objects: { folder: '.driftgate/objects' },
    gateway: { url: 'http://127.0.0.1:1', issuer: 'http://127.0.0.1:1' },
    models,
  }
  settingsSchema.parse(settings)
  await storeConfigVersion(db, {
    digest: digestOf(settings),
    text: JSON.stringify(settings),
    settings,
    person: 'demo',
  })
}

async function createDatabase(server: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
