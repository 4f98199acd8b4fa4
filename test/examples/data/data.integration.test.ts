import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadCarLoan } from '../../../examples/data/car-loan.ts'
import { loadFlights } from '../../../examples/data/flights.ts'
import { writeTrainingParquet } from '../../../examples/data/parquet.ts'
import { flightData } from '../../../examples/demo/data.ts'
import { flightsStart } from '../../../examples/demo/models.ts'
import { servers } from '../../support/servers.ts'

test('car-loan: two halves of 50,000 applications in event-time order, all labelled', async () => {
  const { reference, analysis } = await loadCarLoan()
  const all = [...reference, ...analysis]
  assert.deepEqual([reference.length, analysis.length], [50_000, 50_000])
  assert.equal(new Set(all.map(({ id }) => id)).size, 100_000)
  assert.ok(all.every(({ label }) => label === 0 || label === 1))
  assert.ok(all.every(({ timeMs }, index) => index === 0 || timeMs > all[index - 1]!.timeMs))
  assert.equal(new Date(analysis[25_000]!.timeMs).toISOString(), '2019-03-31T03:00:00.000Z')
  const mean = (rows: typeof analysis) =>
    rows.reduce((sum, { features }) => sum + Number(features['car_value']), 0) / rows.length
  // The drift of the tutorial: cars become dearer from row 25,000 on.
  assert.ok(mean(analysis.slice(0, 25_000)) < 32_000 && mean(analysis.slice(25_000)) > 40_000)
})

test('flights: a seeded tenth of three million, every weekday, a fifth of them late', async () => {
  const rows = await loadFlights()
  assert.equal(rows.length, 299_696)
  assert.ok(rows.every(({ timeMs }, index) => index === 0 || timeMs >= rows[index - 1]!.timeMs))
  const late = rows.filter(({ label }) => label === 1).length / rows.length
  assert.ok(late > 0.2 && late < 0.22, `${late}`)
  for (const { timeMs, features } of rows.slice(0, 1_000)) {
    assert.equal(features['hour'], new Date(timeMs).getUTCHours())
    // 1 January 2001 was a Monday.
    assert.equal(features['weekday'], 1)
  }
  assert.equal(new Set(rows.map(({ features }) => features['weekday'])).size, 7)
})

test('flights: whole weeks only, and the held-out share ends exactly where the last week begins', async () => {
  const { first, stretches, holdout } = await flightData('tenth')
  const weekMs = 604_800_000
  const monday = Date.parse(flightsStart)
  for (const { startMs, endMs, rows } of stretches) {
    assert.deepEqual([(startMs - monday) % weekMs, endMs - startMs], [0, weekMs])
    assert.ok(rows.every(({ timeMs }) => timeMs >= startMs && timeMs < endMs))
  }
  assert.equal(stretches[0]?.startMs, monday + 5 * weekMs)
  // As the training job computes it.
  const cut = Math.trunc(first.length * (1 - holdout))
  const week = (index: number) => Math.floor((first[index]!.timeMs - monday) / weekMs)
  assert.deepEqual([week(cut - 1), week(cut), week(first.length - 1)], [3, 4, 4])
})

test('the same rows give the same Parquet bytes, and no half-written file stays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'driftgate-parquet-'))
  try {
    const features = { amount: 1.5, region: 'süd', known: null }
    const rows = [
      { id: 'a', timeMs: 1, features, label: 0 },
      { id: 'b', timeMs: 2, features: { amount: null, region: null, known: true }, label: 1 },
    ]
    const { python } = servers()
    const first = await writeTrainingParquet(python, rows, join(folder, 'a.parquet'))
    const second = await writeTrainingParquet(python, rows, join(folder, 'b.parquet'))
    assert.equal(first.sha256, second.sha256)
    assert.deepEqual((await readdir(folder)).sort(), ['a.parquet', 'b.parquet'])
    assert.notEqual(first.sha256, createHash('sha256').digest('hex'))
    const mixed = [
      { ...rows[0]!, features: { amount: 'much' } },
      { ...rows[0]!, features },
    ]
    await assert.rejects(
      writeTrainingParquet(python, mixed, join(folder, 'c.parquet')),
      /c\.parquet/,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})
