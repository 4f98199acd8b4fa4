import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type pg from 'pg'
import { writeLabelFile } from '../../activities/label-file.ts'
import { prepareTraining } from '../../activities/prepare-training.ts'
import { submitTraining } from '../../activities/submit-training.ts'
import { folderOf } from '../../activities/training-deps.ts'
import type { TrainingCluster } from '../../adapters/cluster/training-cluster.ts'
import { ensureLabelDays, insertLabels, LabelRows } from '../../adapters/postgres/label-rows.ts'
import { transaction } from '../../adapters/postgres/pool.ts'
import { ensureLabelReading } from '../../adapters/postgres/readings.ts'
import { insertReference } from '../../adapters/postgres/references.ts'
import { findRetraining } from '../../adapters/postgres/retrainings.ts'
import type { Binning } from '../../contracts/binning.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { labelReadingDefinition } from '../../contracts/label-reading.ts'
import type { LabelSettings } from '../../contracts/label-settings.ts'
import { trainingSpecSchema } from '../../contracts/training.ts'
import { readingId } from '../../profiles/index.ts'
import { clusterSettings } from '../support/training-cluster.ts'
import { trainingPlace } from '../support/training-place.ts'
import { trainingSettings } from '../support/training-settings.ts'

const binning: Binning = {
  schema: 'driftgate-binning/1',
  model: 'trial',
  version: '1',
  features: [{ name: 'region', kind: 'categorical', categories: ['east', 'west'] }],
}

const place = trainingPlace(async (db) => {
  const digests = { binningDigest: 'b1', profileDigest: 'p1' }
  const named = { model: 'trial', name: 'training', version: '1' }
  const profile = new Uint8Array([1])
  await insertReference(db, { ...named, binning, profile, ...digests }, 1)
  await ledger(db)
})

/** Two partitions; slices of ten offsets; the bucket of a slice's rows beside it. */
async function ledger(pool: pg.Pool): Promise<void> {
  await pool.query(`insert into readings (id, model, topic, binning, definition)
    values ('r1', 'trial', 'trial-predictions', 'b1', '{}'),
           ('r2', 'trial', 'another-topic', 'b1', '{}')`)
  await pool.query(
    `insert into ledger_heads (reading, partition, head, began, opened) values ('r1', 0, 40, 0, 0), ('r1', 1, 25, 0, 0), ('r2', 0, 999, 0, 0)`,
  )
  await pool.query(`select ensure_partition('parts', '2024-01-01Z')`)
  const slices = [
    ['r1', 0, 0, 10, '2024-01-01Z'],
    ['r1', 0, 10, 20, '2024-01-03Z'],
    ['r1', 0, 20, 30, '2024-01-01Z'],
    ['r1', 0, 30, 40, '2024-01-05Z'],
    ['r1', 1, 0, 10, '2024-01-02Z'],
    ['r1', 1, 10, 25, '2024-01-04Z'],
    ['r2', 0, 0, 999, '2024-01-04Z'],
  ]
  for (const slice of slices) {
    await pool.query(
      `insert into parts (reading, partition, from_offset, to_offset, bucket, version, rows, profile)
       values ($1, $2, $3, $4, $5, '1', 1, '')`,
      slice,
    )
  }
}

function world(
  data: Record<string, unknown> = {},
  dataRegion?: string,
  retraining: { before?: string } = {},
) {
  const settings = trainingSettings('trial', clusterSettings('/none.py'), { data, retraining })
  if (dataRegion !== undefined) {
    settings.cluster.dataRegion = dataRegion
    settings.objects.dataRegion = dataRegion
    settings.registry = { kind: 'mlflow', url: 'http://127.0.0.1:1', dataRegion }
  }
  const offsets = [
    { partition: 0, low: 3n, lastStable: 30n },
    { partition: 1, low: 7n, lastStable: 7n },
  ]
  return {
    db: place.db,
    objects: place.folder.path,
    settings: async () => settings,
    log: { offsets: async () => offsets },
    clock: () => Date.parse('2024-02-01T00:00:00Z'),
  }
}

const input = (runKey: string, from: string) => ({
  model: 'trial',
  prefix: '',
  runKey,
  incident: 'trial/1',
  from,
  requestedBy: ['steward'],
  reason: 'two drifted windows in a row',
})

test('a retraining names the exact offsets, labels and binning, and keeps them', async () => {
  const deps = world()
  const asked = input('0123456789ab', '2024-01-03T12:00:00.000Z')
  assert.deepEqual(await prepareTraining(deps, asked), { runKey: '0123456789ab' })
  const file = join(place.folder.path, 'trial', '0123456789ab', 'spec.json')
  const text = await readFile(file, 'utf8')
  const spec = trainingSpecSchema.parse(JSON.parse(text))
  const [source] = spec.sources
  assert.ok(source?.kind === 'kafka')
  assert.deepEqual(source.predictions, {
    topic: 'trial-predictions',
    offsets: { 0: ['10', '40'], 1: ['10', '25'] },
  })
  assert.deepEqual(source.labels, { topic: 'trial-labels', offsets: { 0: ['3', '30'] } })
  assert.equal(source.to, '2024-01-06T00:00:00.000Z')
  assert.deepEqual(spec.binning, binning)
  // The order of the configuration is another one; only in this order is the binning inherited.
  assert.deepEqual(
    spec.features.map(({ name }) => name),
    ['region', 'amount'],
  )
  assert.equal(spec.output, join(place.folder.path, 'trial', '0123456789ab'))

  await place.db.query(`update ledger_heads set head = 41 where reading = 'r1'`)
  await prepareTraining(deps, asked)
  assert.equal(await readFile(file, 'utf8'), text)
  await place.db.query(`update ledger_heads set head = 40 where partition = 0`)
})

test('where the model says so, rows from so long before the incident are named too', async () => {
  const deps = world({}, undefined, { before: '36h' })
  await prepareTraining(deps, input('0123456789ff', '2024-01-03T12:00:00.000Z'))
  const file = join(place.folder.path, 'trial', '0123456789ff', 'spec.json')
  const [source] = trainingSpecSchema.parse(JSON.parse(await readFile(file, 'utf8'))).sources
  assert.ok(source?.kind === 'kafka')
  assert.equal(source.from, '2024-01-02T00:00:00.000Z')
  // One partition has rows of 2 January, those of the other one begin on the 3rd.
  const { offsets } = source.predictions
  assert.deepEqual([offsets['0']?.[0], offsets['1']?.[0]], ['10', '0'])
})

test('a retraining without predictions or labels submits nothing and says why', async () => {
  const deps = world()
  const noRows = isCode('TRAINING_NO_ROWS')
  const late = input('0123456789ac', '2030-01-01T00:00:00Z')
  await assert.rejects(() => prepareTraining(deps, late), noRows)
  const silent = { ...deps, log: { offsets: async () => [] } }
  const unlabelled = input('0123456789ad', '2024-01-01T00:00:00Z')
  await assert.rejects(() => prepareTraining(silent, unlabelled), noRows)
  assert.equal((await findRetraining(deps.db, '0123456789ad'))?.spec, null)
})

test('labels of a table are left in a file beside the specification, those that hold now', async () => {
  const source = { url: { env: 'NOWHERE' }, table: 'outcomes' }
  const settings = trainingSettings('trial', clusterSettings('/none.py'), { labels: { source } })
  const deps = { ...world(), settings: async () => settings }
  const definition = tableOf('trial')
  const reading = await ensureLabelReading(
    deps.db,
    {
      id: readingId(definition),
      model: 'trial',
      topic: definition.topic,
      definition,
      topicId: null,
    },
    [{ partition: 0, from: 0n }],
  )
  const asked = input('0123456789b0', '2024-01-03T12:00:00.000Z')
  const noRows = isCode('TRAINING_NO_ROWS')
  await assert.rejects(() => prepareTraining(deps, asked), noRows, 'no label was read yet')

  const kept = new LabelRows({ reading: reading.number, partition: 0, from: 0n })
  const at = (day: number) => Date.UTC(2024, 0, day)
  kept.add(at(5), 0, 'b', 1)
  kept.add(at(6), 1, 'a', 0)
  // Corrected, withdrawn, and an older word that comes late.
  kept.add(at(7), 2, 'b', 0.5)
  kept.add(at(4), 3, 'a', 7)
  kept.add(at(5), 4, 'c', 1)
  kept.add(at(6), 5, 'c', null)
  kept.add(at(5), 6, 'ü "d"', 'fraud')
  await ensureLabelDays(deps.db)
  await transaction(deps.db, (client) => insertLabels(client, kept.settle(1)))

  await prepareTraining(deps, asked)
  const folder = join(place.folder.path, 'trial', '0123456789b0')
  const spec = trainingSpecSchema.parse(
    JSON.parse(await readFile(join(folder, 'spec.json'), 'utf8')),
  )
  const path = join(folder, 'labels.jsonl')
  const text = await readFile(path, 'utf8')
  assert.deepEqual(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { id: 'a', time: '2024-01-06T00:00:00.000Z', label: 0 },
      { id: 'b', time: '2024-01-07T00:00:00.000Z', label: 0.5 },
      { id: 'ü "d"', time: '2024-01-05T00:00:00.000Z', label: 'fraud' },
    ],
  )
  const sha256 = createHash('sha256').update(text).digest('hex')
  assert.ok(spec.sources[0]?.kind === 'kafka')
  assert.deepEqual(spec.sources[0].labels, { path, sha256 })
})

test('a file of many labels has the digest that the job is told', async () => {
  const reading = await ensureLabelReading(
    place.db,
    { id: 'many', model: 'many', topic: 'many', definition: tableOf('many'), topicId: null },
    [{ partition: 0, from: 0n }],
  )
  // Several times what is written at once.
  const labels = 60_000
  const kept = new LabelRows({ reading: reading.number, partition: 0, from: 0n })
  for (let i = 0; i < labels; i++) {
    kept.add(Date.UTC(2024, 0, 5), i, `prediction-${String(i).padStart(8, '0')}`, i % 2)
  }
  await ensureLabelDays(place.db)
  await transaction(place.db, (client) => insertLabels(client, kept.settle(1)))
  const file = await writeLabelFile(place.db, 'many', join(place.folder.path, 'many'))
  const bytes = await readFile(file?.path ?? '')
  assert.ok(bytes.length > 4_000_000)
  assert.equal(createHash('sha256').update(bytes).digest('hex'), file?.sha256)
  const ids = bytes
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id)
  assert.equal(ids.length, labels)
  assert.deepEqual(ids, ids.toSorted(), 'whole lines, in order')
})

test('rows of a folder of files are those of the moment, by their digests', async () => {
  const path = join(place.folder.path, 'warehouse')
  await mkdir(join(path, 'day=2', '_temporary'), { recursive: true })
  const settings = trainingSettings('trial', clusterSettings('/none.py'), {
    retraining: { source: { kind: 'parquet', path, columns: { label: 'paid' } } },
  })
  const deps = { ...world(), settings: async () => settings }
  const asked = input('0123456789c0', '2024-01-03T12:00:00.000Z')
  await assert.rejects(() => prepareTraining(deps, asked), isCode('TRAINING_NO_ROWS'))
  const files = ['b.parquet', 'day=2/a.parquet', 'day=2/_temporary/c.parquet', '.b.parquet.crc']
  for (const file of files) await writeFile(join(path, file), file)

  for (let twice = 0; twice < 2; twice++) {
    await prepareTraining(deps, asked)
    const spec = trainingSpecSchema.parse((await findRetraining(deps.db, asked.runKey))?.spec)
    assert.deepEqual(spec.sources, [
      {
        kind: 'files',
        files: ['b.parquet', 'day=2/a.parquet'].map((file) => ({
          path: join(path, file),
          sha256: createHash('sha256').update(file).digest('hex'),
        })),
        columns: { id: 'id', time: 'time', label: 'paid' },
        from: asked.from,
        to: '2024-02-01T00:00:00.000Z',
      },
    ])
    assert.deepEqual(spec.binning, binning)
    // Prepared is prepared.
    await writeFile(join(path, 'later.parquet'), 'later')
  }
  await rm(path, { recursive: true })
  const gone = input('0123456789c1', '2024-01-03T12:00:00.000Z')
  await assert.rejects(() => prepareTraining(deps, gone), isCode('TRAINING_TABLE_UNREACHABLE'))
})

test('of a table its place and the time are named, and its password by reference', async () => {
  const source = {
    ...{ kind: 'jdbc' as const, url: 'jdbc:postgresql://db/warehouse', table: 'risk.loans' },
    ...{ user: 'trainer', password: { env: 'NOWHERE' } },
  }
  const settings = trainingSettings('trial', clusterSettings('/none.py'), {
    retraining: { source },
  })
  const deps = { ...world(), settings: async () => settings }
  const asked = input('0123456789c2', '2024-01-03T12:00:00.000Z')
  await prepareTraining(deps, asked)
  const spec = trainingSpecSchema.parse((await findRetraining(deps.db, asked.runKey))?.spec)
  assert.deepEqual(spec.sources, [
    {
      ...{ ...source, driver: 'org.postgresql.Driver' },
      columns: { id: 'id', time: 'time', label: 'label' },
      ...{ from: asked.from, to: '2024-02-01T00:00:00.000Z' },
    },
  ])
})

test('a model of several classes is refused before anything is read', async () => {
  const settings = trainingSettings('trial', clusterSettings('/none.py'), {
    labels: { topic: 'named', classes: ['a', 'b', 'c'] },
  })
  await assert.rejects(
    prepareTraining(
      { ...world(), settings: async () => settings },
      input('0123456789b1', '2024-01-03T12:00:00.000Z'),
    ),
    { code: 'TRAINING_NO_ROWS', message: /several classes/ },
  )
})

test('a model that is not in the configuration is unknown', async () => {
  const asked = { ...input('0123456789ae', '2024-01-01T00:00:00Z'), model: 'none' }
  await assert.rejects(() => prepareTraining(world(), asked), isCode('MODEL_UNKNOWN'))
})

const tableOf = (model: string) =>
  labelReadingDefinition(
    model,
    trainingSettings(model, clusterSettings('/none.py'), {
      labels: { source: { url: { env: 'NOWHERE' }, table: 'outcomes' } },
    }).models[model]?.labels as LabelSettings,
  )

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code

/** A cluster that nobody may ask. */
const untouched: TrainingCluster = {
  ...({} as TrainingCluster),
  submit: async () => assert.fail('it was submitted'),
  find: async () => assert.fail('it was looked for'),
}

test('a model with objects of its own has its runs there, whatever is configured by the time a job is looked for', async () => {
  const folder = join(place.folder.path, 'own')
  const deps = world({ objects: { folder } })
  const runKey = 'aaaaaaaaaa01'
  await prepareTraining(deps, input(runKey, '2024-01-03T00:00:00Z'))
  const spec = trainingSpecSchema.parse(
    JSON.parse(await readFile(join(folder, 'trial', runKey, 'spec.json'), 'utf8')),
  )
  assert.equal(spec.output, join(folder, 'trial', runKey))
  const row = await findRetraining(place.db, runKey)
  assert.equal(folderOf({ objects: '/elsewhere' }, row!), spec.output)
})

test('data that must stay in a region go to no other, not even when that was applied after the run began', async () => {
  const stay = { region: 'eu-central' }
  const refused = (setting: string, by: string) => ({
    code: 'DATA_REGION_REFUSED',
    message: new RegExp(`eu-central, and ${setting}.*${by}`),
  })
  const runKey = 'aaaaaaaaaa02'
  const asked = input(runKey, '2024-01-03T00:00:00Z')
  // Nothing is written before.
  await assert.rejects(prepareTraining(world(stay, 'us-east'), asked), {
    ...refused('cluster.dataRegion is us-east', 'the configuration in force'),
  })
  await assert.rejects(prepareTraining(world(stay), asked), {
    ...refused('cluster.dataRegion is not said', 'the configuration in force'),
  })
  assert.equal(await findRetraining(place.db, runKey), null)
  await prepareTraining(world(stay, 'eu-central'), asked)
  const submitting = { cluster: untouched, clock: Date.now }
  await assert.rejects(
    submitTraining({ ...world(stay, 'us-east'), ...submitting }, { runKey }),
    refused('cluster.dataRegion is us-east', 'the configuration in force'),
  )
  // A worker that was started with another cluster would submit there, whatever is applied.
  const startedWith = await world(stay, 'us-east').settings()
  await assert.rejects(
    submitTraining({ ...world(stay, 'eu-central'), ...submitting, startedWith }, { runKey }),
    refused('cluster.dataRegion is us-east', 'the configuration of this worker'),
  )
  assert.equal((await findRetraining(place.db, runKey))?.state, 'prepared')
})
