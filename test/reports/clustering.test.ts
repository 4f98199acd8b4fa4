import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusteringOf } from '../../reports/clustering.ts'
import { featureDetails } from '../../reports/feature-details.ts'
import { reportTable } from '../../reports/report-table.ts'
import { plainCanvas } from '../../reports/vocabulary.ts'
import { driftReport } from './examples.ts'

const clustering = {
  designEffect: 2.9,
  clusters: { reference: 21_000, current: 7_000 },
  rows: { reference: 145_000, current: 14_370 },
}
const [first, ...rest] = driftReport.features
const clustered = { ...driftReport, features: [{ ...first!, clustering }, ...rest] }
const wide = { ...plainCanvas, width: 140 }

test('what clustered rows count as is said of both sides, and nothing of independent ones', () => {
  assert.equal(
    clusteringOf({ ...first!, clustering }),
    'design effect 2.90: 14,370 rows in 7,000 clusters count as 4,955; in the reference 145,000 rows in 21,000 clusters count as 50,000',
  )
  assert.equal(clusteringOf(first!), '')
})

test('a wide table has a column of design effects where rows are clustered, and names the largest', () => {
  const table = reportTable(clustered, wide)
  assert.match(table, / design effect\n/)
  assert.match(table, new RegExp(`\n${first!.feature}: design effect 2\\.90: `))
  assert.doesNotMatch(reportTable(driftReport, wide), /design effect/)
})

test('the details of a feature say it too', () => {
  assert.match(featureDetails(clustered, clustered.features[0]!, wide), /design effect 2\.90/)
})
