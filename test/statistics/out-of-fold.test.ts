import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aucEstimate } from '../../statistics/auc-variance.ts'
import { binColumn } from '../../statistics/binned-columns.ts'
import { boosterScores, fitBooster } from '../../statistics/histogram-booster.ts'
import { classifyFolds, dealFolds, stratumOf } from '../../statistics/out-of-fold.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const settings = { trees: 10, leaves: 4, rate: 0.2 }

test('every row is in one fold, and each side is spread evenly', () => {
  const { labels, folds } = dealFolds(53, 22, { folds: 5, next: mulberry32(1) })
  const all = folds.flatMap((rows) => [...rows]).sort((left, right) => left - right)
  assert.deepEqual(
    all,
    Array.from({ length: 75 }, (_, i) => i),
  )
  assert.deepEqual([labels[52], labels[53], labels.length], [0, 1, 75])
  for (const rows of folds) {
    const current = rows.filter((row) => row >= 53).length
    assert.ok(current === 4 || current === 5, `${current}`)
    assert.ok(rows.length - current === 10 || rows.length - current === 11, `${rows.length}`)
    assert.equal(rows.length, 15)
  }
})

test('each fold is scored by a model of the others, or of those before it', () => {
  const next = mulberry32(2)
  const values = Float64Array.from({ length: 200 }, (_, i) => next() + (i < 120 ? 0 : 0.3))
  const columns = [binColumn({ kind: 'numeric', values })]
  const dealt = dealFolds(120, 80, { folds: 4, next })
  const rowsOf = (places: readonly number[]) =>
    Uint32Array.from(places.flatMap((place) => [...(dealt.folds[place] as Uint32Array)]))
  const expected = (learned: readonly number[], scored: number) => {
    const booster = fitBooster(columns, dealt.labels, rowsOf(learned), settings)
    const rows = dealt.folds[scored] as Uint32Array
    return stratumOf(boosterScores(booster, columns, rows), rows, dealt.labels)
  }
  const { outOfFold, forward } = classifyFolds(columns, dealt, settings)
  assert.deepEqual(outOfFold, [
    expected([1, 2, 3], 0),
    expected([0, 2, 3], 1),
    expected([0, 1, 3], 2),
    expected([0, 1, 2], 3),
  ])
  assert.deepEqual(forward, [expected([0], 1), expected([0, 1], 2), expected([0, 1, 2], 3)])
  assert.ok(aucEstimate(outOfFold[0]!.x, outOfFold[0]!.y).auc > 0.6)
})

test('scores stay with the side of their row', () => {
  const labels = Uint8Array.from([0, 0, 1, 1])
  const { x, y } = stratumOf(
    Float64Array.from([0.1, 0.2, 0.3]),
    Uint32Array.from([3, 0, 2]),
    labels,
  )
  assert.deepEqual(Array.from(x), [0.2])
  assert.deepEqual(Array.from(y), [0.1, 0.3])
})
