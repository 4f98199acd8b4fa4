import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findDriftSlices } from '../../../judging/slices/drift-slices.ts'
import { sliceLevel } from '../../../judging/slices/loss-slices.ts'
import { conditionsText } from '../../../judging/slices/words.ts'
import { binomialSf } from '../../../statistics/beta.ts'
import { drawRow, sampleOf } from '../../support/slice-worlds.ts'

const nothing = () => 0

test('where nothing changed a slice is named at most as often as its level says', () => {
  let named = 0
  for (let seed = 1; seed <= 500; seed++) {
    const [before, now] = [sampleOf(seed, 500, nothing), sampleOf(seed + 50_000, 500, nothing)]
    if (findDriftSlices(before, now).found.length > 0) named++
  }
  assert.ok(binomialSf(named, 500, sliceLevel) > 0.001, `${named} of 500`)
})

test('a slice that came to be common is found in samples of a thousand rows, and named', () => {
  let found = 0
  for (let seed = 1; seed <= 40; seed++) {
    const more = (next: () => number) =>
      next() < 0.16
        ? { ...drawRow(next), country: 'DE', age: 18 + Math.floor(7 * next()) }
        : drawRow(next)
    const before = sampleOf(seed, 1_000, nothing)
    const now = sampleOf(seed + 900, 1_000, nothing, more)
    const [first] = findDriftSlices(before, now).found
    const text = first === undefined ? '' : conditionsText(first.conditions)
    if (text.includes('country = DE') && /age < (2|3)/.test(text)) found++
  }
  assert.ok(found >= 36, `${found} of 40`)
})

test('it says how common the slice was and is, and the next one is of other rows', () => {
  const now = sampleOf(2, 1_000, nothing, (next) => {
    const row = drawRow(next)
    return next() < 0.3 ? { ...row, amount: Number.NaN } : row
  })
  const { found } = findDriftSlices(sampleOf(1, 1_000, nothing), now)
  const [first, second] = found
  assert.deepEqual(first?.conditions, [{ kind: 'missing', feature: 'amount' }])
  assert.match(first?.sentence ?? '', /^[\d.]+ % -> [\d.]+ % of rows have amount missing$/)
  const { effect = 0, effectInterval: [low, high] = [0, 0] } = first ?? {}
  assert.ok(low < effect && effect < high && low > 0.1)
  assert.equal(second, undefined)
})

test('a slice that went away is found as well', () => {
  const now = sampleOf(4, 1_000, nothing, (next) => {
    const row = drawRow(next)
    return row.country === 'FR' ? { ...row, country: 'IT' } : row
  })
  const { found } = findDriftSlices(sampleOf(3, 1_000, nothing), now)
  const texts = found.map(({ sentence }) => sentence)
  assert.ok(
    texts.some((text) => /-> 0 % of rows have country = FR/.test(text)),
    texts.join('; '),
  )
})
