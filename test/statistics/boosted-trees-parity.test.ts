import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseModel, scoreRow } from '../../statistics/boosted-trees.ts'

test('a model of scikit-learn gives the same probabilities here, within 1e-12', () => {
  // Written by test/training/make_parity_case.py.
  const file = new URL('../goldens/boosted-trees.json', import.meta.url)
  const { model, rows, scores } = JSON.parse(readFileSync(file, 'utf8'))
  const trees = parseModel(model)
  assert.equal(rows.length, 62)
  for (const [index, row] of rows.entries()) {
    const difference = Math.abs(scoreRow(trees, row) - scores[index])
    assert.ok(difference <= 1e-12, `row ${index} differs by ${difference}`)
  }
})
