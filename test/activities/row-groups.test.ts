import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protectedRows, segmentRows } from '../../activities/row-groups.ts'

const rows = (['DE', 'FR', null, 'DE', 'AT', true] as const).map((country, row) => ({
  ...{ id: `row-${row}`, label: 0 },
  features: { country, amount: row },
}))

test('held-out rows are in the segments that scans count them in, every row in one of each feature', () => {
  const groups = { feature: 'country', groups: { dach: ['DE', 'AT'], west: ['FR'] } }
  assert.deepEqual(segmentRows([groups], rows), [
    { name: 'country=dach', rows: [0, 3, 4] },
    { name: 'country=west', rows: [1] },
    { name: 'country=(other)', rows: [2, 5] },
  ])
  const each = segmentRows(['country'], rows)
  assert.deepEqual(
    each.flatMap((group) => Array.from(group.rows)).toSorted(),
    [0, 1, 2, 3, 4, 5],
    'a missing value is among the others',
  )
  assert.deepEqual(each.find(({ name }) => name === 'country=DE')?.rows, [0, 3])
})

test('the groups of protected features are those of their categories', () => {
  const features = {
    country: { type: 'categorical', protected: true },
    amount: { type: 'numeric' },
  } as const
  const [attribute, ...others] = protectedRows(features, rows)
  assert.deepEqual(others, [])
  assert.equal(attribute?.name, 'country')
  assert.deepEqual(attribute?.groups.find(({ name }) => name === 'FR')?.rows, [1])
})
