import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parseModel, scoreRow } from '../../statistics/portable-model.ts'

/** Written by test/training/make_parity_case.py. */
const file = new URL('../goldens/portable-models.json', import.meta.url)
const { rows, models } = JSON.parse(readFileSync(file, 'utf8'))

describe('a model gives the same scores here as in the library that fitted it, within 1e-12', () => {
  for (const [name, { model, scores }] of Object.entries<{ model: unknown; scores: number[] }>(
    models,
  )) {
    test(name, () => {
      const parsed = parseModel(model)
      assert.equal(rows.length, 62)
      for (const [index, row] of rows.entries()) {
        const difference = Math.abs(scoreRow(parsed, row) - (scores[index] as number))
        assert.ok(difference <= 1e-12, `row ${index} differs by ${difference}`)
      }
    })
  }
})
