import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClassedRow, classShift } from '../../judging/performance/class-shift.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

/** A model of one feature, that of class 1 being 2 higher; `ones` of the rows are of class 1. */
function rowsOf(seed: number, count: number, ones: number, slip = 0): ClassedRow[] {
  const next = mulberry32(seed)
  return Array.from({ length: count }, () => {
    const drawn = next() < ones ? 1 : 0
    const x = normal(next, 2 * drawn)
    const score = 1 / (1 + Math.exp(-(2 * (x - 1))))
    // Some rows of class 0 are of class 1 now, wherever they lie: a rule has changed.
    const actual = drawn === 0 && next() < slip ? 1 : drawn
    return { actual, chosen: score >= 0.5 ? 1 : 0, score, loss: (score - actual) ** 2 }
  })
}

const classes = ['0', '1']

test('other shares of the classes are told, and that each is answered as before', () => {
  const found = classShift(classes, rowsOf(1, 4_000, 0.2), rowsOf(2, 4_000, 0.4))
  assert.ok(found !== null && found.p < 1e-9 && found.pWithin > 0.01)
  assert.ok(Math.abs((found.now[1] ?? 0) - 0.4) < 0.03)
  assert.ok(found.pAnswers < 1e-9)
  // The answers alone tell the same.
  assert.ok(Math.abs((found.predicted?.[1] ?? 0) - 0.4) < 0.05)
})

test('where labels mean something else the classes are not answered as before', () => {
  const found = classShift(classes, rowsOf(3, 4_000, 0.2), rowsOf(4, 4_000, 0.2, 0.1))
  assert.ok(found !== null && found.p < 1e-9 && found.pWithin < 1e-4 && found.pAnswers > 0.01)
  assert.ok(Math.abs((found.predicted?.[1] ?? 0) - 0.2) < 0.05, 'the answers tell of no change')
})

test('where nothing but the shares changed it is hardly ever said that answers did', () => {
  let wrong = 0
  for (let seed = 1; seed <= 300; seed++) {
    const found = classShift(classes, rowsOf(seed, 1_000, 0.2), rowsOf(seed + 5_000, 800, 0.35))
    if (found === null || found.pWithin <= 0.01) wrong++
  }
  // 3 of 300 are expected at most; more than 9 once in a thousand tests.
  assert.ok(wrong <= 9, `${wrong} of 300`)
})

test('several classes without scores are held against each other by what was chosen', () => {
  const next = mulberry32(9)
  const draw = (shares: readonly number[]): ClassedRow[] =>
    Array.from({ length: 3_000 }, () => {
      const drawn = next()
      const actual = drawn < shares[0]! ? 0 : drawn < shares[0]! + shares[1]! ? 1 : 2
      const chosen = next() < 0.8 ? actual : Math.floor(3 * next())
      return { actual, chosen, score: Number.NaN, loss: chosen === actual ? 0 : 1 }
    })
  const found = classShift(['a', 'b', 'c'], draw([0.5, 0.3, 0.2]), draw([0.2, 0.3, 0.5]))
  assert.ok(found !== null && found.p < 1e-9 && found.pWithin > 0.01)
  assert.ok(Math.abs((found.predicted?.[2] ?? 0) - 0.5) < 0.05)
})

test('a class with too few rows tells nothing, and one that no answer tells apart is no error', () => {
  assert.equal(classShift(classes, rowsOf(1, 60, 0.2), rowsOf(2, 60, 0.2)), null)
  const blind = rowsOf(5, 500, 0.4).map((row) => ({ ...row, chosen: 0 }))
  assert.equal(classShift(classes, blind, blind)?.predicted, null)
})
