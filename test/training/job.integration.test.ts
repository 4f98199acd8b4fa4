import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { loadArtefacts } from '../../activities/artefacts.ts'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { binningSchema } from '../../contracts/binning.ts'
import {
  classMetricsSchema,
  numberMetricsSchema,
  type OffsetRanges,
  type TrainingSpec,
} from '../../contracts/training.ts'
import { writeTrainingParquet } from '../../examples/data/parquet.ts'
import {
  addToSample,
  createProfile,
  createSample,
  decodeProfile,
  decodeSample,
  encodeProfile,
  mergeProfiles,
  sampledRows,
} from '../../profiles/index.ts'
import { createDatabase } from '../support/database.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { servers } from '../support/servers.ts'
import { type JobFolder, jobFolder } from '../support/training-cluster.ts'
import { runTrainingJob } from '../support/training-job.ts'

const start = Date.UTC(2024, 0, 1)
const minute = 60_000
const iso = (timeMs: number) => new Date(timeMs).toISOString()
type Message = { key: string; value: string | Buffer | null; timestamp: string; partition: number }

const plain: TrainingSpec['features'] = [
  { name: 'amount', type: 'numeric' },
  { name: 'region', type: 'categorical' },
  { name: 'known', type: 'boolean' },
]

/** Row i of the world: its label follows from the amount, with some noise. */
function worldRow(i: number, random: () => number) {
  const amount = random() * 100
  const features = { amount, region: ['east', 'west', 'süd'][i % 3] ?? null, known: i % 2 === 0 }
  const label = amount + (features.known ? 20 : 0) + random() * 20 > 70 ? 1 : 0
  return { id: `row-${i}`, timeMs: start + i * minute, features, label }
}

/** A program of a team's own: the log odds of each value of one feature. */
const rateByKnown = `
import json, math, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
def odds(value):
    labels = [row["label"] for row in rows if row["features"]["known"] == value]
    return math.log((sum(labels) + 1) / (len(labels) - sum(labels) + 1))
names = ["false", "true"]
known = {"name": "known", "type": "boolean", "categories": names, "weights": [odds(name) for name in names]}
model = {"schema": "driftgate-model/1", "kind": "linear", "link": "logistic", "features": [known], "intercept": 0}
json.dump(model, open(sys.argv[2], "w", encoding="utf-8"))
`

describe('the training job on the real cluster', { concurrency: true }, () => {
  const name = `train-${randomBytes(4).toString('hex')}`
  const topics = { predictions: `${name}.predictions`, labels: `${name}.labels` }
  const brokers = [servers().kafka]
  const producer = kafkaClient(brokers).producer()
  const ranges = { predictions: {} as OffsetRanges, labels: {} as OffsetRanges }
  let folder: JobFolder

  const predicted = (row: ReturnType<typeof worldRow>, changes: object = {}): Message => ({
    key: row.id,
    timestamp: String(row.timeMs),
    partition: Number(row.id.slice(4)) % 2,
    value: JSON.stringify({
      ...{ id: row.id, time: iso(row.timeMs), model: name, version: '1', score: 0.5 },
      features: row.features,
      ...changes,
    }),
  })
  const labelled = (id: string, timeMs: number, label: unknown): Message => ({
    ...{ key: id, timestamp: String(timeMs), partition: 0 },
    value: JSON.stringify({ id, time: iso(timeMs), label }),
  })
  const random = mulberry32(11)
  const rows = Array.from({ length: 3_000 }, (_, index) => worldRow(index, random))
  const old = rows.slice(0, 600)
  const recent = rows.slice(600)

  async function ends(topic: string): Promise<Map<string, string>> {
    const admin = kafkaClient(brokers).admin()
    const offsets = await admin.fetchTopicOffsets(topic)
    await admin.disconnect()
    return new Map(offsets.map(({ partition, high }) => [String(partition), high]))
  }

  /** Sends the messages and gives the stretch of the log that they fill. */
  async function send(topic: string, messages: Message[]): Promise<OffsetRanges> {
    const from = await ends(topic)
    await producer.send({ topic, messages })
    return Object.fromEntries(
      [...(await ends(topic))].map(([partition, to]) => [
        partition,
        [from.get(partition) ?? '0', to] as [string, string],
      ]),
    )
  }

  before(async () => {
    folder = await jobFolder()
    for (const topic of Object.values(topics)) {
      await ensureTopic(brokers, topic, 2, { 'retention.ms': '-1' })
    }
    await producer.connect()
    const garbage = { key: 'x', timestamp: String(start), partition: 1, value: '{ no json' }
    // What lies outside the stretches would fail the counts below if it were read.
    await producer.send({ topic: topics.predictions, messages: [garbage] })
    ranges.predictions = await send(topics.predictions, [
      ...recent.map((row) => predicted(row)),
      // A second prediction of the same id: the first counts.
      ...recent.slice(0, 40).map((row) => predicted(row, { features: { amount: -1 } })),
      ...recent.slice(0, 7).map((row) => predicted(row, { id: `f-${row.id}`, model: 'other' })),
      ...recent.slice(0, 3).map((row) => predicted(row, { features: { amount: 'much' } })),
      garbage,
      predicted({ ...worldRow(0, random), id: 'row-9000', timeMs: start - minute }),
      predicted({ ...worldRow(0, random), id: 'row-9001', timeMs: start + 4_000 * minute }),
    ])
    await producer.send({ topic: topics.predictions, messages: [garbage] })
    ranges.labels = await send(topics.labels, [
      // Corrected later: the latest label wins, whatever order it arrives in.
      ...recent.slice(0, 50).map((row) => labelled(row.id, row.timeMs + 2 * minute, row.label)),
      ...recent.slice(0, 50).map((row) => labelled(row.id, row.timeMs + minute, 1 - row.label)),
      ...recent.slice(50, -10).map((row) => labelled(row.id, row.timeMs, row.label)),
      labelled('row-700', start, 'maybe'),
      // Withdrawn: as if it had none.
      ...recent.slice(-2).map((row) => labelled(row.id, row.timeMs, row.label)),
      ...recent.slice(-2).map((row) => ({
        ...labelled(row.id, row.timeMs + 3 * minute, 1),
        value: null,
      })),
    ])
    await producer.disconnect()
  })
  after(() => folder.remove())

  const spec = (changes: Partial<TrainingSpec>): TrainingSpec => {
    const runKey = randomBytes(6).toString('hex')
    return {
      schema: 'driftgate-training/1',
      runKey,
      model: name,
      trainer: 'gradient-boosting',
      seed: 3,
      holdout: 0.25,
      features: plain,
      sources: [],
      paths: {
        predictions: {
          ...{ id: 'id', time: 'time', model: 'model', version: 'version' },
          ...{ features: 'features', score: 'score' },
        },
        labels: { id: 'id', time: 'time', label: 'label' },
      },
      binning: null,
      output: join(folder.path, runKey),
      ...changes,
    }
  }
  const kafkaSource = (predictions: OffsetRanges) =>
    ({
      kind: 'kafka',
      brokers: brokers.join(','),
      predictions: { topic: topics.predictions, offsets: predictions },
      labels: { topic: topics.labels, offsets: ranges.labels },
      from: iso(start),
      to: iso(start + 4_000 * minute),
    }) as const

  test('a trainer may fit on the executors, or be a program of the team: either model is scored by any scorer', async () => {
    const file = await writeTrainingParquet(servers().python, old, join(folder.path, 'fit.parquet'))
    const program = join(folder.path, 'fit.py')
    await writeFile(program, rateByKnown)
    const command = [servers().python, program]
    const tasks = ['spark-logistic-regression', 'command'].map((trainer) =>
      spec({ trainer, options: { timeBudget: 60, command }, sources: [file] }),
    )
    for (const task of tasks) {
      const { state, output } = await runTrainingJob(task)
      assert.equal(state, 'finished', output)
      // Holds the parity of every row against our own scorer.
      const { files } = await loadArtefacts(task.output, task.runKey)
      const measured = JSON.parse(new TextDecoder().decode(files.get('metrics.json')))
      assert.ok(classMetricsSchema.parse(measured).auc > 0.55, `${task.trainer}: ${measured.auc}`)
      assert.ok(servedAsOnnx(task.output) <= 1e-9, task.trainer)
    }
  })

  /** How far a server of the ONNX form is from the trainer's scores of the parity rows, at most. */
  function servedAsOnnx(output: string): number {
    const { status, stdout, stderr } = spawnSync(servers().python, [
      ...['-B', 'test/training/serve_parity.py', output],
    ])
    assert.equal(status, 0, String(stderr))
    return Number(stdout)
  }

  test('a number is foretold from labels of a file: model, reference and metrics are those of a regression', async () => {
    // Known in the making: 3 for each unit of the amount, 120 where it is known, and nothing else.
    const numberOf = ({ features }: (typeof rows)[number]) =>
      3 * features.amount + (features.known ? 120 : 0) + 1_000
    const lines = recent
      .slice(0, -5)
      .map((row) => JSON.stringify({ id: row.id, time: iso(row.timeMs), label: numberOf(row) }))
    const path = join(folder.path, 'labels.jsonl')
    await writeFile(path, lines.map((line) => `${line}\n`).join(''))
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    const source = { ...kafkaSource(ranges.predictions), labels: { path, sha256 } }
    const task = spec({ trainer: 'linear-regression', task: 'regression', sources: [source] })
    const { state, output } = await runTrainingJob(task)
    assert.equal(state, 'finished', output)
    assert.match(output, /^stage: done: mean absolute error /m)
    const { files } = await loadArtefacts(task.output, task.runKey)
    const read = (file: string) => JSON.parse(new TextDecoder().decode(files.get(file)))
    const measured = numberMetricsSchema.parse(read('metrics.json'))
    assert.ok((measured.r2 ?? 0) > 0.999 && measured.mae < 1, JSON.stringify(measured))
    assert.deepEqual(read('metrics.json').sources, [
      {
        ...{ records: 2_453, foreign: 7, bad: 4, bad_labels: 0 },
        ...{ duplicates: 40, outside: 2, unlabelled: 5 },
      },
    ])
    assert.ok(servedAsOnnx(task.output) <= 1e-9)
    const [heldOut] = read('holdout.json')
    assert.equal(
      heldOut.label,
      numberOf(rows[Number(heldOut.id.slice(4))] as (typeof rows)[number]),
    )
    // The score of the reference is in the unit of the label.
    const score = binningSchema.parse(read('binning.json')).features.at(-1)
    assert.ok(score?.kind === 'numeric' && score.minimum > 900 && score.maximum > 1_300)
  })

  test('a trainer that knows no such task is refused before anything is read', async () => {
    const task = spec({ trainer: 'logistic-regression', task: 'regression' })
    const specPath = join(folder.path, 'other-task.json')
    await writeFile(specPath, JSON.stringify(task))
    const { status, stdout } = spawnSync(servers().python, ['-B', 'training/job.py', specPath])
    assert.equal(status, 1)
    assert.match(
      String(stdout),
      /TrainingError: the trainer logistic-regression knows no regression/,
    )
  })

  test('exact stretches of two topics and a file become a model that any scorer reproduces', async () => {
    const file = await writeTrainingParquet(servers().python, old, join(folder.path, 'old.parquet'))
    const task = spec({ sources: [file, kafkaSource(ranges.predictions)] })
    const { state, output } = await runTrainingJob(task)
    assert.equal(state, 'finished', output)
    assert.match(output, /^stage: fitting gradient-boosting on 2,242 of 2,990 rows \(/m)

    // Digests against the marker and parity against our own scorer.
    const { marker, files } = await loadArtefacts(task.output, task.runKey)
    const read = (file: string) => JSON.parse(new TextDecoder().decode(files.get(file)))
    assert.deepEqual(marker.rows, { joined: 2_990, trained: 2_242, heldOut: 748 })
    assert.deepEqual(
      [marker.trainedOn.start, marker.trainedOn.end, marker.heldOut.start, marker.heldOut.end],
      [0, 2_241, 2_242, 2_989].map((index) => iso(start + index * minute)),
    )
    const { sources, ...measured } = read('metrics.json')
    assert.deepEqual(sources, [
      { records: 600, bad: 0 },
      {
        ...{ records: 2_453, foreign: 7, bad: 4, bad_labels: 1 },
        ...{ duplicates: 40, outside: 2, unlabelled: 10 },
      },
    ])
    assert.ok(classMetricsSchema.parse(measured).accuracy > 0.85)
    assert.ok(files.has('model.onnx'), output)
    assert.ok(servedAsOnnx(task.output) <= 1e-9)
    const card = new TextDecoder().decode(files.get('model-card.md'))
    assert.match(card, /^- Trained on: 2,242 rows, event time 2024-01-01 00:00:00 UTC to /m)
    assert.match(card, /duplicates 40, outside 2, unlabelled 10\.$/m)
    assert.match(card, /^\| region \| categorical \| yes \| 3 categories \| 0\.0% \|$/m)
    assert.deepEqual(
      read('holdout.json'),
      rows.slice(2_242, 2_990).map(({ id, label, features }) => ({
        ...{ id, label },
        features: { ...features, known: String(features.known) },
      })),
    )
    const binning = binningSchema.parse(read('binning.json'))
    const profile = decodeProfile(files.get('reference.profile') as Uint8Array, binning)
    assert.equal(profile.rows, 2_242)
    const sample = sampledRows(decodeSample(files.get('reference.sample') as Uint8Array))
    assert.equal(sample.length, 1_000)
    const trained = createSample()
    for (const { id } of rows.slice(0, 2_242)) addToSample(trained, { id, values: [] })
    assert.deepEqual(
      sample.map(({ id }) => id),
      sampledRows(trained).map(({ id }) => id),
    )
    assert.ok(sample.every(({ values }) => values.length === binning.features.length))
    assert.deepEqual(
      Buffer.from(encodeProfile(profile)),
      Buffer.from(files.get('reference.profile')!),
    )

    const again = await runTrainingJob(task)
    assert.deepEqual([again.state, /^stage: duplicate/m.test(again.output)], ['finished', true])
    assert.deepEqual((await loadArtefacts(task.output, task.runKey)).marker, marker)
  })

  test('a binning in force is inherited, byte by byte the same for the same rows', async () => {
    const file = await writeTrainingParquet(
      servers().python,
      rows,
      join(folder.path, 'all.parquet'),
    )
    const from = { feature: 'region', part: 'length' } as const
    const derived = { name: 'region.length', type: 'numeric', from } as const
    const counted = { features: [...plain, derived], segments: ['known'], sources: [file] }
    const task = spec(counted)
    const first = await runTrainingJob(task)
    assert.equal(first.state, 'finished', first.output)
    const binning = JSON.parse(await readFile(join(task.output, 'binning.json'), 'utf8'))
    const next = spec({ ...counted, binning })
    const second = await runTrainingJob(next)
    assert.equal(second.state, 'finished', second.output)
    const digests = await Promise.all(
      [task, next].map(
        async (each) => (await loadArtefacts(each.output, each.runKey)).marker.files,
      ),
    )
    assert.deepEqual(digests[0], digests[1])

    // What is derived is in the reference and not in the model; the segments are the rows of the whole.
    const { files } = await loadArtefacts(task.output, task.runKey)
    const read = (file: string) => JSON.parse(new TextDecoder().decode(files.get(file)))
    assert.deepEqual(binning.features[3].from, from)
    assert.ok(!new TextDecoder().decode(files.get('model.json')).includes('region.length'))
    const profileOf = (bytes: Uint8Array) => decodeProfile(bytes, binning)
    const segments = Object.entries(read('segments.json') as Record<string, string>)
    assert.deepEqual(segments.map(([segment]) => segment).toSorted(), ['known=false', 'known=true'])
    const measured = Object.values(read('metrics.json').segments as Record<string, unknown>)
    const parts = measured.map((each) => classMetricsSchema.parse(each).rows)
    assert.equal(parts[0]! + parts[1]!, read('metrics.json').rows)
    const merged = createProfile(binning)
    for (const [, text] of segments) mergeProfiles(merged, profileOf(Buffer.from(text, 'base64')))
    const whole = Buffer.from(files.get('reference.profile') as Uint8Array)
    assert.deepEqual(Buffer.from(encodeProfile(merged)), whole)
  })

  test('a stretch of which retention removed a part fails instead of training on the rest', async () => {
    const admin = kafkaClient(brokers).admin()
    const lost = `${name}.lost`
    await ensureTopic(brokers, lost, 1)
    const sender = kafkaClient(brokers).producer()
    await sender.connect()
    const messages = recent.slice(0, 100).map((row) => ({ ...predicted(row), partition: 0 }))
    await sender.send({ topic: lost, messages })
    await sender.disconnect()
    // kafkajs deletes records only of topics whose metadata it has seen.
    await admin.fetchTopicOffsets(lost)
    await admin.deleteTopicRecords({ topic: lost, partitions: [{ partition: 0, offset: '40' }] })
    await admin.disconnect()
    const source = kafkaSource(ranges.predictions)
    const predictions = { topic: lost, offsets: { 0: ['0', '100'] as [string, string] } }
    const { state, output } = await runTrainingJob(spec({ sources: [{ ...source, predictions }] }))
    assert.equal(state, 'failed')
    assert.match(output, /\nTrainingError: records of \S+\.lost-0 in \[0, 100\) are lost: .*\n$/)
  })

  test('a table of a database is copied once, and trained on for the time that was asked', async () => {
    const database = await createDatabase()
    await database.pool.query(
      `create table "Rows" (key text, asked timestamp, paid smallint, amount numeric(9, 4), region text, known boolean)`,
    )
    const insert = (some: typeof rows) =>
      database.pool.query(
        `insert into "Rows" select * from json_to_recordset($1) as r(key text, asked timestamp, paid smallint, amount numeric, region text, known boolean)`,
        [
          JSON.stringify(
            some.map(({ id, timeMs, label, features }, index) => ({
              ...{ key: id, asked: iso(timeMs).slice(0, -1), ...features },
              // The last ones have no label yet.
              paid: index < some.length - 5 ? label : null,
            })),
          ),
        ],
      )
    await insert(rows)
    const { host, pathname, username, password } = new URL(database.url)
    const secret = join(folder.path, 'password')
    await writeFile(secret, `${password}\n`)
    const source = {
      ...({ kind: 'jdbc', url: `jdbc:postgresql://${host}${pathname}`, table: 'Rows' } as const),
      ...{ driver: 'org.postgresql.Driver', user: username, password: { file: secret } },
      columns: { id: 'key', time: 'asked', label: 'paid' },
      ...{ from: iso(start + 1_000 * minute), to: iso(start + 3_000 * minute) },
    }
    const task = spec({ trainer: 'logistic-regression', sources: [source] })
    const { state, output } = await runTrainingJob(task)
    assert.equal(state, 'finished', output)
    const { marker, files } = await loadArtefacts(task.output, task.runKey)
    assert.deepEqual(marker.rows, { joined: 1_995, trained: 1_496, heldOut: 499 })
    assert.equal(marker.trainedOn.start, source.from)
    const { sources } = JSON.parse(new TextDecoder().decode(files.get('metrics.json')))
    assert.deepEqual(sources, [
      { records: 2_000, outside: 0, bad: 0, unlabelled: 5, duplicates: 0 },
    ])
    const copy = await readFile(join(task.output, 'rows-0.parquet'))
    const digest = createHash('sha256').update(copy).digest('hex')
    assert.equal(marker.files['rows-0.parquet'], digest)

    // Without its marker the run is done again: from the copy, for the table is no more what it was.
    await rm(join(task.output, 'marker.json'))
    await database.drop()
    const again = await runTrainingJob(task)
    assert.equal(again.state, 'finished', again.output)
    assert.deepEqual((await loadArtefacts(task.output, task.runKey)).marker, marker)

    const gone = await runTrainingJob(spec({ trainer: 'logistic-regression', sources: [source] }))
    assert.equal(gone.state, 'failed')
    assert.match(gone.output, /\nTrainingError: .*database "test_[0-9a-f]+" does not exist/)
  })

  test('a file that is not what the specification meant is refused in one sentence', async () => {
    const path = join(folder.path, 'changed.parquet')
    const file = await writeTrainingParquet(servers().python, old, path)
    const task = spec({ sources: [{ ...file, sha256: '0'.repeat(64) }] })
    const specPath = join(folder.path, 'changed.json')
    await writeFile(specPath, JSON.stringify(task))
    // Nothing but the file is looked at, so no cluster is needed.
    const { status, stdout } = spawnSync(servers().python, ['-B', 'training/job.py', specPath])
    const output = String(stdout)
    assert.equal(status, 1)
    assert.match(output, /^TrainingError: .*changed\.parquet has digest [0-9a-f]{64}, not 0{64}\n$/)
  })
})
