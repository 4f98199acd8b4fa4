import assert from 'node:assert/strict'
import { test } from 'node:test'
import v8 from 'node:v8'
import vm from 'node:vm'
import type { FeatureValue } from '../../contracts/prediction.ts'
import {
  addRow,
  createProfile,
  encodeProfile,
  mergeProfiles,
  RowCounter,
} from '../../profiles/index.ts'
import { allTypesWorld } from './all-types.ts'

v8.setFlagsFromString('--expose-gc')
const collectGarbage = vm.runInNewContext('gc') as () => void
const { binning, rows } = allTypesWorld(1)

/** Bytes by which the heap grows per row, the least of several times: other work on the heap only adds. */
function growthPerRow(add: (values: readonly FeatureValue[]) => void): number {
  const list = rows(500, 2)
  const count = 40_000
  let least = Number.POSITIVE_INFINITY
  for (let trial = 0; trial < 6; trial++) {
    collectGarbage()
    const before = v8.getHeapStatistics().used_heap_size
    for (let i = 0; i < count; i++) add(list[i % list.length]!)
    least = Math.min(least, (v8.getHeapStatistics().used_heap_size - before) / count)
  }
  return least
}

test('counting a row allocates nothing: less than one number in four rows of 17 features', () => {
  const profile = createProfile(binning)
  const growth = growthPerRow((values) => addRow(profile, values))
  assert.ok(growth < 4, `${growth} bytes a row`)
  assert.equal(profile.rows, 240_000)
})

test('counting rows in blocks allocates per block: less than 8 numbers a row of 17 features', () => {
  const counter = new RowCounter(createProfile(binning))
  const growth = growthPerRow((values) => counter.add(values))
  assert.ok(growth < 128, `${growth} bytes a row`)
  assert.equal(counter.settle().rows, 240_000)
})

test('the measure sees one number that is allocated per row', () => {
  const profile = createProfile(binning)
  const kept: { value: number }[] = new Array(1)
  const growth = growthPerRow((values) => {
    addRow(profile, values)
    kept[0] = { value: profile.rows + 0.5 }
  })
  assert.ok(growth > 4, `${growth} bytes a row`)
})

test('1,000 features of 256 cells stay below 2.5 MB, however many rows were counted', () => {
  const one = binning.features.find(({ name }) => name === 'amount')!
  assert.ok(one.kind === 'numeric')
  const edges = Array.from({ length: 255 }, (_, index) => index * 40)
  const features = Array.from({ length: 1_000 }, (_, i) => ({ ...one, edges, name: `x${i}` }))
  const wide = { ...binning, features, segments: undefined }
  const profile = createProfile(wide)
  for (let i = 0; i < 256; i++) addRow(profile, Array(1_000).fill(i * 40 - 20))
  const sizes = [encodeProfile(profile).length]
  for (let doubling = 0; doubling < 40; doubling++) mergeProfiles(profile, profile)
  sizes.push(encodeProfile(profile).length)
  assert.equal(profile.rows, 256 * 2 ** 40)
  for (const size of sizes) assert.ok(size < 2_500_000, `${size} bytes`)
  assert.ok(sizes[1]! > 1_500_000, 'every cell of the large one takes several bytes')
})
