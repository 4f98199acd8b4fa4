import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Report, reportSchema } from '../../contracts/report.ts'
import { reportPage } from '../../reports/report-page.ts'
import { reportTable } from '../../reports/report-table.ts'
import { sliceLines } from '../../reports/slices.ts'
import { plainCanvas } from '../../reports/vocabulary.ts'
import { driftReport } from './examples.ts'

const nothing: NonNullable<Report['slices']> = {
  ...{ definition: 1, level: 0.01, rows: { chosen: 1_000, judged: 1_000 } },
  samples: { reference: 'sha256:a', current: 'sha256:b' },
  found: [],
  sentence: 'no slice stands out among 2000 sampled rows',
}
const sentence = '2 % -> 14 % of rows have country = <b> and age < 25'
const some: NonNullable<Report['slices']> = {
  ...nothing,
  found: [
    {
      conditions: [
        { kind: 'value', feature: 'country', value: '<b>' },
        { kind: 'range', feature: 'age', from: null, below: 25 },
      ],
      rows: { reference: 10, current: 70 },
      shares: { reference: 0.02, current: 0.14 },
      ...{ effect: 0.12, effectInterval: [0.09, 0.15], p: 1e-9, sentence },
    },
  ],
  sentence,
}

test('table and page name the slices of a drift, and say so where none stands out', () => {
  const canvas = { ...plainCanvas, width: 200 }
  for (const [slices, words] of [
    [some, sentence],
    [nothing, nothing.sentence],
  ] as const) {
    const report = { ...driftReport, slices }
    assert.ok(reportTable(report, canvas).includes(words))
    assert.ok(reportPage(report).includes(words.replaceAll('<', '&lt;').replaceAll('>', '&gt;')))
    assert.deepEqual(reportSchema.parse(report).slices, slices)
  }
})

test('where nobody looked nothing is said, and a card is told of what was found alone', () => {
  assert.deepEqual(sliceLines(driftReport), [])
  assert.deepEqual(sliceLines({ slices: nothing }, true), [])
  assert.deepEqual(sliceLines({ slices: some }, true), [sentence])
})
