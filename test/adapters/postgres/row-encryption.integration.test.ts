import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceLedger } from '../../../activities/advance-ledger.ts'
import { finishErasure } from '../../../activities/finish-erasure.ts'
import { keepHouse } from '../../../activities/housekeeping.ts'
import { judgeWindow } from '../../../activities/judge-window.ts'
import { planScan } from '../../../activities/scan-plan.ts'
import { partsOfBuckets, referencesAfter } from '../../../adapters/postgres/backtest-source.ts'
import { causesOf, listDeadLetters } from '../../../adapters/postgres/dead-letters.ts'
import { estimatorRows, insertEstimator } from '../../../adapters/postgres/estimators.ts'
import {
  findGuardFit,
  findGuardRows,
  insertGuardRows,
  storeGuardFit,
} from '../../../adapters/postgres/guard-fits.ts'
import { ledgerOf } from '../../../adapters/postgres/ledger-proof.ts'
import { partsBelow } from '../../../adapters/postgres/parts.ts'
import { findProposal, insertProposal } from '../../../adapters/postgres/proposals.ts'
import { referenceInForce } from '../../../adapters/postgres/references.ts'
import { proposalSchema } from '../../../contracts/proposal.ts'
import { storageSettings } from '../../../contracts/storage.ts'
import { beginErasure, erasable } from '../../../gateway/erase-prediction.ts'
import {
  addToSample,
  createSample,
  decodeSample,
  encodeSample,
  sampledRows,
} from '../../../profiles/index.ts'
import { closedAfter } from '../../support/closed-after.ts'
import { heldAnywhere } from '../../support/held-anywhere.ts'
import { storeReference } from '../../support/reference.ts'
import { applyData, changeKey, loseKey, rowKey } from '../../support/row-keys.ts'
import { day, origin, scanWorld, scheduledAfter } from '../../support/scan-world.ts'

const world = closedAfter(scanWorld)
type World = Awaited<ReturnType<typeof world>>

/** One whose hash lets it into every sample; without labels no table has it as a key. */
const mark = 'victim-000000000431'
const bad = `${mark}!`

/** What a scan leaves of a day with the mark, in a row and in a record that cannot be read. */
async function scanned(own: World, index = 0) {
  const [first, ...rows] = day(index, 300)
  const { features, score } = JSON.parse(first!.value)
  const time = new Date(origin + index * 86_400_000 + 1_000).toISOString()
  const row = { id: mark, time, model: 'm', version: '1', features, score }
  await own.send([{ value: JSON.stringify(row) }, ...rows, { value: bad, partition: 1 }])
  const plan = await planScan(own.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(own.deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  await judgeWindow(own.deps, plan)
  return plan
}

const sampleOf = (id: string): Uint8Array => {
  const sample = createSample()
  addToSample(sample, { id, values: [1, 'pro', 0.5] })
  return encodeSample(sample)
}

const guard = { model: 'm', version: '1', profile: '' }
const asked = { model: 'm', asked: 'a' }

/** What else holds single rows. */
async function stored(own: World) {
  const { pool } = own.database
  await storeReference(pool, own.binning, '2', [[1, 'pro', 0.5]])
  const [reference] = await referencesAfter(pool, 'm', { after: 0, samples: true, bytes: 1e9 })
  const of = { ...guard, profile: reference!.digest }
  await insertGuardRows(pool, of, sampleOf(mark), 1)
  await storeGuardFit(pool, 'fit', of, { far: [mark] })
  await insertProposal(pool, 'aaaaaaaaaaaa', { proposal, sample: sampleOf(mark) })
  const estimator = {
    ...{ version: '1', kind: 'cbpe' as const, definition: 1, fittedAt: new Date(0).toISOString() },
    ...{ evidence: { windows: [], labels: 1, rows: '' }, digest: 'd', payload: {} },
  }
  const fitted = { id: 'i', score: 0.5, chosen: true, label: 1, segments: [], values: [mark, 2] }
  await insertEstimator(pool, asked, estimator, { rows: [fitted], erasure: 0 })
  return of
}

const proposal = proposalSchema.parse({
  ...{ model: 'm', version: '1', reason: 'r', range: { start: '', end: '' }, merged: [] },
  ...{ leftOut: [], accepted: [], windows: 1, rows: 1, profile: 'p', segments: {}, sample: 's' },
  ...{ binning: 'b', present: { profile: 'p', version: '1', rows: 1, origin: null } },
  ...{ reading: 'r', cut: {}, repairs: 0, configVersion: 1, settings: 's', preview: [] },
  driftReport: null,
})

/** The mark, wherever the store gives it back. */
async function readBack(own: World, plan: Awaited<ReturnType<typeof scanned>>, of: typeof guard) {
  const { pool } = own.database
  const window = { start: new Date(plan.window.start), end: new Date(plan.window.end) }
  const cut = Object.fromEntries(plan.partitions.map((each) => [each.partition, each.cut]))
  const parts = await partsBelow(pool, plan.reading, window, { cut, repairs: 0 })
  const idsIn = (sample: Uint8Array | null) =>
    sample === null ? [] : sampledRows(decodeSample(sample)).map(({ id }) => id)
  const buckets = { from: window.start, to: window.end, samples: true }
  const logs = [{ reading: plan.reading, topic: own.topic }]
  const [cause] = await causesOf(pool, logs)
  const [letter] = await listDeadLetters(pool, logs)
  const [fitted] = await estimatorRows(pool, asked, '1')
  const backtest = await partsOfBuckets(pool, plan.reading, buckets)
  const reference = await referenceInForce(pool, 'm', { version: '2' })
  return {
    parts: parts.some(({ sample }) => idsIn(sample).includes(mark)),
    backtest: backtest.some(({ sample }) => idsIn(sample).includes(mark)),
    reference: idsIn(reference?.sample ?? null),
    reason: cause?.example.reason,
    listed: letter?.reason === cause?.example.reason,
    record: Buffer.from(cause?.example.bytes ?? '', 'base64').toString(),
    guard: idsIn(await findGuardRows(pool, of)),
    fit: await findGuardFit(pool, 'm', 'fit'),
    proposal: idsIn((await findProposal(pool, 'aaaaaaaaaaaa'))?.sample ?? null),
    estimator: fitted?.values,
  }
}

const everything = {
  ...{ parts: true, backtest: true, reference: ['row-0'], reason: 'it is not JSON' },
  ...{ listed: true, record: bad, guard: [mark], fit: { far: [mark] }, proposal: [mark] },
  estimator: [mark, 2],
}

const keptIn = [
  ...['dead_letters.bytes', 'estimator_rows.values', 'guard_fits.fit'],
  ...['guard_rows.sample', 'parts.sample', 'proposed_references.sample'],
]

const tidied = (own: World) =>
  keepHouse({
    db: own.database.pool,
    settings: async () => ({
      settings: { models: { m: own.model }, storage: storageSettings.parse({}) } as never,
    }),
    clock: () => Date.now() + 86_400_000,
  })

const keysIn = async ({ database }: World): Promise<Record<string, string[]>> => {
  const { rows } = await database.pool.query<{ key_id: string; place: string }>(
    'select distinct key_id, place from row_keys order by place',
  )
  return Object.fromEntries(
    [...new Set(rows.map(({ key_id: id }) => id))].map((id) => [
      id,
      rows.filter(({ key_id: own }) => own === id).map(({ place }) => place),
    ]),
  )
}

test('without keys single rows lie open in every place that is looked at; with them they stay readable', async () => {
  const own = await world({ labels: null })
  own.model.log.keepBadBytes = true
  const plan = await scanned(own)
  const of = await stored(own)
  assert.deepEqual(await heldAnywhere(own.database.pool, mark), keptIn)
  assert.deepEqual(await readBack(own, plan, of), everything)
  await applyData(own.database.pool, { m: { encryption: { keys: [rowKey('later')] } } })
  assert.deepEqual(await readBack(own, plan, of), everything)
  assert.deepEqual(await keysIn(own), {})
})

test('with a key they are nowhere to be read, and merging, proving and erasing go on as before', async () => {
  const own = await world({ labels: null })
  const { pool } = own.database
  own.model.log.keepBadBytes = true
  await applyData(pool, { m: { encryption: { keys: [rowKey('2026-01')] } } })
  const plan = await scanned(own)
  const of = await stored(own)
  assert.deepEqual(await heldAnywhere(pool, mark), [])
  assert.deepEqual(await heldAnywhere(pool, 'not JSON'), [])
  assert.deepEqual(await readBack(own, plan, of), everything)
  assert.deepEqual(await keysIn(own), {
    '2026-01': [
      ...['dead_letters', 'estimator_rows', 'guard_fits', 'guard_rows', 'model_references'],
      ...['parts', 'proposed_references'],
    ],
  })
  assert.ok((await tidied(own)).merged > 0)
  assert.deepEqual(await heldAnywhere(pool, mark), [])
  assert.deepEqual(await readBack(own, plan, of), everything)
  const would = await erasable(pool, 'm', mark)
  const request = { model: 'm', id: mark, person: 'p', name: 'P', reason: 'asked', at: new Date() }
  const erasure = await beginErasure(pool, request)
  const { removed } = await finishErasure(own.deps, { model: 'm', erasure })
  assert.deepEqual(
    removed.map(({ place, rows }) => [place, rows]),
    [
      ['samples', 1],
      ['references', 1],
      ['proposals', 1],
      ['dead_letters', 1],
    ],
  )
  assert.deepEqual(removed, would)
  const now = await readBack(own, plan, of)
  assert.deepEqual(
    [now.parts, now.backtest, now.record, now.guard, now.proposal],
    [false, false, '', [], []],
  )
  for (const { faults } of await ledgerOf(pool, 'm', 0, { deep: true })) {
    assert.deepEqual(faults, [])
  }
})

test('keys rotate: the first encrypts, all decrypt, and one that is missing is named and may come back', async () => {
  const own = await world({ labels: null })
  const { pool } = own.database
  own.model.log.keepBadBytes = true
  const [older, newer] = [rowKey('rot-1'), rowKey('rot-2')]
  await applyData(pool, { m: { encryption: { keys: [older] } } })
  const plan = await scanned(own)
  const of = await stored(own)
  await applyData(pool, { m: { encryption: { keys: [newer, older] } } })
  assert.deepEqual(await readBack(own, plan, of), everything)
  await tidied(own)
  // What was merged was encrypted anew.
  assert.deepEqual(await keysIn(own), {
    'rot-1': [
      ...['dead_letters', 'estimator_rows', 'guard_fits', 'guard_rows', 'model_references'],
      'proposed_references',
    ],
    'rot-2': ['merged_parts'],
  })
  const lost = { code: 'ROW_KEY_UNKNOWN', message: /"rot-1"/, details: { model: 'm' } }
  const isLost = (error: { code?: string; message: string; entry?: { retryable: boolean } }) =>
    error.code === lost.code && lost.message.test(error.message) && error.entry?.retryable === true
  await applyData(pool, { m: { encryption: { keys: [newer] } } })
  await assert.rejects(readBack(own, plan, of), isLost)
  await applyData(pool, { m: { encryption: { keys: [newer, older] } } })
  loseKey('rot-1')
  await assert.rejects(readBack(own, plan, of), isLost)
  rowKey('rot-1')
  await assert.rejects(readBack(own, plan, of), { code: 'ROW_UNREADABLE', message: /"rot-1"/ })
})

test('what was changed, or put elsewhere, or has other bits under its id is refused', async () => {
  const own = await world({ labels: null })
  const { pool } = own.database
  await applyData(pool, { m: { encryption: { keys: [rowKey('tamper')] } } })
  await scanned(own)
  const of = await stored(own)
  const unreadable = { code: 'ROW_UNREADABLE', message: /"tamper"/ }
  await pool.query('update guard_rows set sample = set_byte(sample, 30, get_byte(sample, 30) # 1)')
  await assert.rejects(findGuardRows(pool, of), unreadable)
  await pool.query('update guard_rows set sample = (select sample from proposed_references)')
  await assert.rejects(findGuardRows(pool, of), unreadable)
  changeKey('tamper')
  await assert.rejects(estimatorRows(pool, asked, '1'), unreadable)
})

test('a model that was taken out is read by the last configuration that had it', async () => {
  const own = await world({ labels: null })
  const { pool } = own.database
  own.model.log.keepBadBytes = true
  await applyData(pool, { m: { encryption: { keys: [rowKey('gone')] } } })
  const plan = await scanned(own)
  const of = await stored(own)
  await pool.query(
    `insert into config_versions (digest, text, settings, applied_by) values ('e', '', '{"models": {}}', 'test')`,
  )
  assert.deepEqual(await readBack(own, plan, of), everything)
})

test('a process that was given no way to read keys stores nothing of their models', async () => {
  const own = await world({ labels: null })
  const { pool } = own.database
  await pool.query('update config_versions set settings = $1', [
    JSON.stringify({ models: { m: { data: { encryption: { keys: [rowKey('none')] } } } } }),
  ])
  await assert.rejects(scanned(own), { code: 'INTERNAL' })
  assert.deepEqual(await heldAnywhere(pool, mark), [])
})

test('a model that lets no row be kept has none, and its letters keep position and code', async () => {
  const own = await world({ labels: null })
  const { pool } = own.database
  own.model.log.keepBadBytes = true
  await applyData(pool, { m: { rows: 'never' } })
  const plan = await scanned(own)
  const of = await stored(own)
  // A fit holds rows only where guard.far measures from some, which the configuration refuses here.
  assert.deepEqual(await heldAnywhere(pool, 'victim'), ['guard_fits.fit'])
  const { rows } = await pool.query(
    `select (select count(*)::int from parts where sample is not null) as parts,
            (select count(*)::int from model_references where sample is not null and model_version = '2') as references,
            (select count(*)::int from guard_rows) as guards`,
  )
  assert.deepEqual(rows, [{ parts: 0, references: 0, guards: 0 }])
  assert.deepEqual((await findGuardRows(pool, of)) ?? null, null)
  const [letter] = await listDeadLetters(pool, [{ reading: plan.reading, topic: own.topic }])
  assert.deepEqual(
    [letter?.partition, letter?.code, letter?.reason],
    [1, 'RECORD_MALFORMED', 'what it said of the record is not kept (data.rows: never)'],
  )
})
