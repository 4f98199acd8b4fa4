import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Report } from '../../contracts/report.ts'
import { lookName } from '../../reports/look-name.ts'
import { reportPage } from '../../reports/report-page.ts'
import { reportTable } from '../../reports/report-table.ts'
import { plainCanvas } from '../../reports/vocabulary.ts'
import { driftReport } from './examples.ts'

const [first, ...rest] = driftReport.features
assert.ok(first !== undefined)

/** The drift of the example, of a model with three references. */
const report: Report = {
  ...driftReport,
  features: [{ ...first, reference: 'last-month', windows: 6 }, ...rest],
  references: [
    { name: 'training', kind: 'training', rows: 50_000, unused: null, drifted: 0, watch: 0 },
    { name: 'last-month', kind: 'rolling', rows: 20_160, unused: null, drifted: 2, watch: 1 },
    {
      ...{ name: 'usual-hour', kind: 'same-hour-of-week', rows: 90, drifted: 0, watch: 0 },
      unused: { code: 'TOO_LITTLE_HISTORY', sentence: 'it holds 3h of 8h, and half is needed' },
    },
  ],
}
const lines = [
  'against training, the training data: no drift (50,000 rows)',
  'against last-month, the windows before: 2 drifted, 1 to watch (20,160 rows)',
  'against usual-hour, the same hours of the weeks before: not used, it holds 3h of 8h, and half is needed (TOO_LITTLE_HISTORY)',
]

test('a report says against which reference a finding stands, and which was not used', () => {
  const name = `${first.feature} (6 windows, against last-month)`
  assert.equal(lookName(report.features[0] ?? first), name)
  const table = reportTable(report, { ...plainCanvas, width: 160 })
  for (const line of lines) assert.ok(table.split('\n').includes(line), `${line}\n${table}`)
  assert.ok(table.includes(name.slice(0, 18)), table)
  const page = reportPage(report)
  for (const text of [...lines, name]) assert.ok(page.includes(text), text)
})

test('of one reference nothing is told apart', () => {
  assert.ok(!reportTable(driftReport).includes('against training,'))
  assert.equal(lookName(first), first.feature)
})
