import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeatureValue } from '../../contracts/prediction.ts'
import { buildBinning, segmenter } from '../../profiles/index.ts'

const features = {
  amount: { type: 'numeric' },
  country: { type: 'categorical' },
  repeat: { type: 'boolean' },
} as const

const rows: FeatureValue[][] = [
  ...Array.from({ length: 300 }, (_, i) => [i, `c${i % 100}`, i % 3 === 0, 0.5]),
  ...Array.from({ length: 50 }, (_, i) => [i, 'AT', null, 0.5]),
  ...Array.from({ length: 50 }, (_, i) => [i, `nul\0${i % 2}`, null, 0.5]),
]

test('every frequent category is a segment, at most 64 of them; all else is (other)', () => {
  const binning = buildBinning('m', '1', features, rows, { segments: ['country'] })
  const groups = binning.segments?.[0]?.groups.map(({ name }) => name) ?? []
  assert.equal(groups.length, 62, 'two of the 64 hold a NUL, which no table can')
  assert.ok(groups.includes('AT'))
  const segmentsOf = segmenter(binning)
  assert.deepEqual(segmentsOf([1, 'AT', true, 0]), ['country=AT'])
  for (const other of ['never seen', null, undefined, 'nul\u00000', 7]) {
    assert.deepEqual(segmentsOf([1, other, true, 0]), ['country=(other)'])
  }
})

test('declared groups hold their categories, and a row is in one segment per feature', () => {
  const binning = buildBinning('m', '1', features, rows, {
    segments: [{ feature: 'country', groups: { dach: ['AT', 'DE'], nord: ['DK'] } }, 'repeat'],
  })
  const segmentsOf = segmenter(binning)
  assert.deepEqual([...segmentsOf([1, 'DE', true, 0])], ['country=dach', 'repeat=true'])
  assert.deepEqual([...segmentsOf([1, 'DK', false, 0])], ['country=nord', 'repeat=false'])
  assert.deepEqual([...segmentsOf([1, 'c1', null, 0])], ['country=(other)', 'repeat=(other)'])
})

test('a binning without segments is what it was before there were any', () => {
  assert.ok(!('segments' in buildBinning('m', '1', features, rows)))
  assert.deepEqual(segmenter(buildBinning('m', '1', features, rows))([1, 'AT', true, 0]), [])
})
