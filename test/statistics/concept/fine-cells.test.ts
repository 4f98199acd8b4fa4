import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addCells,
  cellsOf,
  fineCell,
  mergedCells,
  withoutCells,
} from '../../../statistics/concept/fine-cells.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

test('values in order lie in cells in order, whatever their unit', () => {
  const values = [-1e9, -3, -0.2, -1e-9, 0, 1e-9, 0.001, 0.5, 0.9, 0.999, 1, 1.5, 40, 1e9]
  const cells = values.map(fineCell)
  assert.deepEqual(
    cells.toSorted((left, right) => left - right),
    cells,
  )
  assert.ok(new Set(cells).size === cells.length)
})

test('sums of two halves are those of the whole, and taken out again leave the other', () => {
  const next = mulberry32(3)
  const scores = Array.from({ length: 400 }, () => Math.round(next() * 8) / 8)
  const labels = scores.map(() => (next() < 0.5 ? 1 : 0))
  const half = (from: number, to: number) => cellsOf(scores.slice(from, to), labels.slice(from, to))
  const whole = cellsOf(scores, labels)
  assert.deepEqual(addCells(half(0, 200), half(200, 400)), whole)
  assert.deepEqual(withoutCells(whole, half(0, 200)), half(200, 400))
})

test('cells are made one until they hold enough rows, and no row is lost', () => {
  const next = mulberry32(4)
  const scores = Array.from({ length: 3_000 }, () => next())
  const labels = scores.map((score) => (next() < score ? 1 : 0))
  const merged = mergedCells(cellsOf(scores, labels), cellsOf(scores.slice(0, 300), labels))
  const rows = merged.reduce((sum, { before, now }) => sum + before[1] + now[1], 0)
  assert.equal(rows, 3_300)
  assert.ok(merged.length >= 8 && merged.every(({ now }) => now[1] >= 20))
})
