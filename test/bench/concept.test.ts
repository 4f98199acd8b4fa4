import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Table } from '../../adapters/files/table.ts'
import { bikeFound } from '../../bench/concept/bike.ts'
import { bikeTruths } from '../../bench/concept/bike-truths.ts'
import { type Blocks, elec2Found } from '../../bench/concept/elec2.ts'
import { blockTruths, changeTruths } from '../../bench/concept/elec2-truths.ts'
import { changesOf, windowVerdicts } from '../../bench/concept/feature-change.ts'
import { dataFiles, numbersOf, span, tableOf } from '../../bench/concept/files.ts'
import { alarmScore, dummyAlarms } from '../../bench/concept/stretches.ts'
import { concept } from '../../bench/concept.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const tableWith = (columns: Readonly<Record<string, Float64Array>>): Table => ({
  rows: Object.values(columns)[0]?.length ?? 0,
  columns: new Map(
    Object.entries(columns).map(([name, values]) => [
      name,
      { kind: 'numeric', name, values, broken: { rows: 0, example: null } },
    ]),
  ),
})

/** Hours of days, `days` a month; demand follows hour and warmth, and `growth` says how much in each month. */
function rides(months: number, days: number, growth: (month: number) => number) {
  const next = mulberry32(5)
  const rows = months * days * 24
  const hour = Float64Array.from({ length: rows }, (_, row) => row % 24)
  const temp = Float64Array.from({ length: rows }, () => normal(next, 0.5, 0.1))
  const count = Float64Array.from({ length: rows }, (_, row) => {
    const month = Math.floor(row / 24 / days)
    const usual = 40 + 3 * (hour[row] as number) + 50 * (temp[row] as number)
    return growth(month) * usual + normal(next, 0, 8)
  })
  const day = (row: number) => Math.floor(row / 24)
  return {
    table: tableWith({ hour, temp, count }),
    columns: {
      ...{ target: 'count', features: ['hour', 'temp'], weather: ['temp'], day },
      month: (row: number) => Math.floor(day(row) / days),
    },
  }
}

test('demand that grows under the same weather is found by labels, gap and stream alone', () => {
  const { table, columns } = rides(4, 31, (month) => (month === 3 ? 1.8 : 1))
  const found = bikeFound(table, columns, 3)
  assert.deepEqual(
    bikeTruths(found).filter((truth) => !truth.found),
    [],
  )
})

test('where demand stays as it was, labels, gap and stream say nothing', () => {
  const { table, columns } = rides(4, 31, () => 1)
  const { gaps, loss, stream } = bikeFound(table, columns, 3)
  assert.ok(gaps.prediction.pOfDays > 0.001, String(gaps.prediction.pOfDays))
  assert.ok(loss.month.p > 0.03, String(loss.month.p))
  assert.deepEqual(stream.month, [])
})

test('the row at which constant features begin to move is named exactly', async () => {
  const next = mulberry32(3)
  const moved = 1_037
  const of = (values: (row: number) => number) =>
    Float64Array.from({ length: 1_500 }, (_, row) => values(row))
  const table = tableWith({
    quiet: of(() => normal(next)),
    stuck: of((row) => (row < moved ? 0.4 : 0.3 + 0.2 * next())),
  })
  const names = ['quiet', 'stuck']
  const windows = { reference: 800, size: 100, step: 60_000, start: '2001-01-01T00:00:00.000Z' }
  const judged = windowVerdicts(table, names, windows, span(800, 1_300))
  assert.deepEqual(
    judged.map(({ features }) =>
      features.filter(({ state }) => state === 'drifted').map(({ feature }) => feature),
    ),
    [[], [], ['stuck'], ['stuck'], ['stuck']],
  )
  const changes = await changesOf(table, names, windows, judged[3] as (typeof judged)[number])
  const known = { features: ['stuck'], row: moved }
  const truths = changeTruths(known, judged.slice(0, 2), changes)
  assert.deepEqual(
    truths.map(({ found }) => found),
    [true, true],
  )
  const other = changeTruths({ ...known, row: moved + 1 }, judged.slice(0, 3), changes)
  assert.deepEqual(
    other.map(({ found }) => found),
    [false, false],
  )
})

/** Two features, of which the first says the label until it turns round, and 1 gets more frequent, in some blocks of 14 days of 48 rows. */
function turning(blocks: number, turned: (block: number) => boolean) {
  const next = mulberry32(9)
  const rows = blocks * 14 * 48
  const first = Float64Array.from({ length: rows }, () => next())
  const second = Float64Array.from({ length: rows }, () => next())
  const labels = first.map((x, row) => {
    const rate = turned(Math.floor(row / 672)) ? 1 - 0.5 * x : 0.1 + 0.8 * x
    return next() < rate ? 1 : 0
  })
  return { table: tableWith({ first, second }), labels }
}

test('a world that turns and comes back is found by loss, gap and stream, and both models are told apart', () => {
  const { table, labels } = turning(20, (block) => block >= 13 && block < 17)
  const blocks: Blocks = {
    ...{ day: 48, days: 14, first: [0, 4], champion: [0, 12], challenger: [13, 15] },
    ...{ rolling: 2, bad: [15, 16], good: [12, 18, 19], back: [18, 19] },
  }
  const found = elec2Found(table, ['first', 'second'], labels, blocks)
  assert.deepEqual(
    blockTruths(found, blocks).filter((truth) => !truth.found),
    [],
  )
  const dummy = found.scores['periodic, as many alarms']
  assert.deepEqual(dummy?.good, [3, 3])
})

test('alarms are counted by the stretches that they fall into', () => {
  const isBad = (stretch: number) => (stretch === 3 ? null : stretch > 3)
  const score = alarmScore(
    [5, 31, 41, 42],
    [0, 1, 2, 3, 4],
    (place) => Math.floor(place / 10),
    isBad,
  )
  assert.deepEqual(score, { alarms: 4, bad: [1, 1], good: [1, 3] })
  const { periodic, random } = dummyAlarms(4, 100, mulberry32(1))
  assert.deepEqual(periodic, [12, 37, 62, 87])
  assert.equal(random.length, 4)
})

test('a file that is missing, or has other bytes than were measured, is a coded error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-concept-'))
  try {
    const text = 'a,b\n1,x\n2,y\n'
    writeFileSync(join(folder, 'some.csv'), text)
    const sha256 = createHash('sha256').update(text).digest('hex')
    const table = await tableOf(folder, { name: 'some.csv', sha256 })
    assert.deepEqual([...numbersOf(table, 'a')], [1, 2])
    assert.throws(() => numbersOf(table, 'b'), { code: 'COMPARE_COLUMN_UNKNOWN' })
    const other = { name: 'some.csv', sha256: dataFiles.bike.sha256 }
    await assert.rejects(tableOf(folder, other), { code: 'FILE_OTHER' })
    await assert.rejects(tableOf(folder, dataFiles.elec2), { code: 'FILE_NOT_FOUND' })
    assert.equal(await concept.run({ data: folder, json: '', output: 'text' }), 2)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
