import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labelSettings } from '../../contracts/label-settings.ts'
import type { LabelledRow } from '../../contracts/performance.ts'
import { LabelledRows } from '../../judging/performance/labelled-rows.ts'
import { measuredParts } from '../../judging/performance/measured-parts.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const none: LabelledRow = {
  ...{ at: 0, version: '1', score: null, prediction: null, segments: null },
  ...{ said: true, value: null, class: null },
}

function measured(given: object, rows: readonly Partial<LabelledRow>[]) {
  const settings = labelSettings.parse({ topic: 't', minimumLabels: 20, ...given })
  const all = new LabelledRows(settings)
  for (const row of rows) all.add({ ...none, ...row })
  const parts = measuredParts(all.groups(), settings)
  const value = (name: string, part = parts[0]) =>
    part?.metrics.find((metric) => metric.name === name)
  return { all, parts, value }
}

const many = (count: number, row: (next: () => number, i: number) => Partial<LabelledRow>) => {
  const next = mulberry32(4)
  return Array.from({ length: count }, (_, i) => row(next, i))
}

test('two classes: scores are measured as probabilities, and at the threshold', () => {
  const rows = many(400, (next) => {
    const score = next()
    return { score, value: next() < score ? 1 : 0 }
  })
  const { value, parts } = measured({}, rows)
  const right = rows.filter(({ score, value }) => Number((score ?? 0) >= 0.5) === value).length
  const accuracy = value('accuracy')
  assert.equal(accuracy?.value, right / 400)
  assert.ok((accuracy?.low ?? 1) < right / 400 && (accuracy?.high ?? 0) > right / 400)
  for (const name of ['roc_auc', 'average_precision', 'log_loss', 'brier', 'mcc', 'f1']) {
    const { low, high, value: is } = value(name) ?? {}
    assert.ok(low! < is! && is! < high!, name)
  }
  const brier = rows.reduce((sum, { score, value }) => sum + (score! - value!) ** 2, 0) / 400
  assert.ok(Math.abs((parts[0]?.loss?.mean ?? 0) - brier) < 1e-12)
})

test('a class that records name is what was chosen, whatever the score', () => {
  const rows = many(60, (_, i) => ({
    ...{ score: 0.1, prediction: i % 3 === 0 ? 'fraud' : 'fine' },
    class: i % 3 === 0 ? 'fraud' : 'fine',
  }))
  const { value } = measured({ positive: 'fraud' }, rows)
  assert.equal(value('accuracy')?.value, 1)
  assert.equal(value('recall')?.value, 1)
  assert.equal(value('roc_auc')?.value, 0.5)
})

test('margins are ranked, and are no probabilities', () => {
  const rows = many(60, (_, i) => ({ score: i % 2 === 0 ? 3 : -3, value: i % 2 === 0 ? 1 : 0 }))
  const { value, parts } = measured({ threshold: 0 }, rows)
  assert.equal(value('roc_auc')?.value, 1)
  assert.equal(value('log_loss'), undefined)
  assert.deepEqual([parts[0]?.loss?.name, parts[0]?.loss?.mean], ['error_rate', 0])
})

test('several classes, one of them chosen that nobody configured', () => {
  const names = ['a', 'b', 'c']
  const rows = many(90, (_, i) => ({
    prediction: i < 9 ? 'odd' : names[i % 3]!,
    class: names[i % 3]!,
  }))
  const { value, parts, all } = measured({ classes: names }, rows)
  assert.equal(all.task, 'multiclass')
  assert.equal(value('accuracy')?.value, 0.9)
  assert.ok(Math.abs((parts[0]?.loss?.mean ?? 0) - 0.1) < 1e-12)
})

test('numbers', () => {
  const rows = many(50, (next, i) => ({ score: i, value: i + (next() < 0.5 ? 1 : -1) }))
  const { value, parts } = measured({ task: 'regression' }, rows)
  assert.equal(value('mae')?.value, 1)
  assert.equal(parts[0]?.loss?.name, 'absolute_error')
})

test('what fits no prediction is unusable, what was taken back is withdrawn, the rest has no label', () => {
  const { all, parts } = measured({}, [
    ...many(20, (_, i) => ({ score: 0.3, value: i % 2 })),
    { score: 0.3, value: 7 },
    { score: 0.3, class: 'fraud' },
    { value: 1 },
    { score: 0.3 },
    { score: 0.3, said: false },
  ])
  assert.deepEqual([all.predictions, all.labelled, all.unusable, all.withdrawn], [25, 20, 3, 1])
  assert.equal(parts[0]?.state, 'MEASURED')
})

test('a version and a segment with few labels say so, the others are measured', () => {
  const rows = many(100, (next, i) => ({
    ...{ version: i < 90 ? '1' : '2', segments: i < 10 ? ['north'] : ['south'] },
    ...{ score: next(), value: i % 2 },
  }))
  const { parts } = measured({}, rows)
  assert.deepEqual(
    parts.map(({ version, segment, state }) => [version, segment, state]),
    [
      ['1', '', 'MEASURED'],
      ['1', 'north', 'INSUFFICIENT_LABELS'],
      ['1', 'south', 'MEASURED'],
      ['2', '', 'INSUFFICIENT_LABELS'],
      ['2', 'south', 'INSUFFICIENT_LABELS'],
    ],
  )
  assert.deepEqual(measuredParts([], labelSettings.parse({ topic: 't' })), [])
})

test('few labels beside many predictions are not enough, however many they are', () => {
  const rows = many(100, (next, i) => ({
    score: next(),
    ...(i < 40 ? { value: i % 2 } : { said: false }),
  }))
  assert.equal(measured({}, rows).parts[0]?.state, 'INSUFFICIENT_LABELS')
  assert.equal(measured({ minimumCoverage: 0.4 }, rows).parts[0]?.state, 'MEASURED')
})
