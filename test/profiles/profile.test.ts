import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DriftgateError } from '../../contracts/errors.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import {
  addRow,
  addToSample,
  buildBinning,
  createProfile,
  createSample,
  decodeProfile,
  decodeSample,
  encodeProfile,
  encodeSample,
  mergeProfiles,
  mergeSamples,
  moments,
  nextAbove,
  numericEdges,
  numericScale,
} from '../../profiles/index.ts'
import { WideSums } from '../../profiles/wide-sums.ts'
import { mulberry32, normal, shuffle } from '../support/mulberry32.ts'

const features = {
  amount: { type: 'numeric' },
  hour: { type: 'numeric', cycle: 24 },
  plan: { type: 'categorical' },
  repeat: { type: 'boolean' },
} as const

function row(next: () => number): FeatureValue[] {
  const u = next()
  const amount: FeatureValue =
    u < 0.02
      ? null
      : u < 0.03
        ? 'NaN'
        : u < 0.04
          ? 'Infinity'
          : u < 0.05
            ? -0
            : normal(next, 1e4, 3e3)
  const plan = next() < 0.1 ? `neu-${Math.floor(next() * 300)}-ü` : next() < 0.5 ? 'basic' : 'pro'
  return [amount, Math.floor(next() * 24), plan, next() < 0.3, next()]
}

function rows(count: number, seed: number): FeatureValue[][] {
  const next = mulberry32(seed)
  return Array.from({ length: count }, () => row(next))
}

const known = rows(5_000, 1).map((values) =>
  String(values[2]).startsWith('neu') ? values.with(2, 'basic') : values,
)
const binning = buildBinning('m', 'b1', features, known)

function profileOf(list: readonly FeatureValue[][]) {
  const profile = createProfile(binning)
  for (const values of list) addRow(profile, values)
  return profile
}

test('a profile that is written and read in mid-stream counts on as if nothing happened', () => {
  const all = rows(1_000, 4)
  const half = decodeProfile(encodeProfile(profileOf(all.slice(0, 500))), binning)
  for (const values of all.slice(500)) addRow(half, values)
  assert.deepEqual(encodeProfile(half), encodeProfile(profileOf(all)))
})

test('damaged, shortened and newer bytes are coded errors', () => {
  const bytes = encodeProfile(profileOf(rows(100, 5)))
  for (let end = 0; end < bytes.length; end += 7) {
    assert.throws(() => decodeProfile(bytes.subarray(0, end), binning), {
      code: 'PROFILE_LAYOUT_UNKNOWN',
    })
  }
  const newer = Uint8Array.from(bytes)
  newer[4] = 2
  assert.throws(() => decodeProfile(newer, binning), { code: 'PROFILE_LAYOUT_UNKNOWN' })
  const longer = new Uint8Array([...bytes, 0])
  assert.throws(() => decodeProfile(longer, binning), { code: 'PROFILE_LAYOUT_UNKNOWN' })
})

test('bytes damaged anywhere are decoded or refused with a code, never with another error', () => {
  const bytes = encodeProfile(profileOf(rows(200, 12)))
  const next = mulberry32(13)
  let refused = 0
  for (let trial = 0; trial < 3_000; trial++) {
    const damaged = Uint8Array.from(bytes)
    for (let flips = 0; flips < 3; flips++) {
      damaged[Math.floor(next() * damaged.length)] = Math.floor(next() * 256)
    }
    try {
      decodeProfile(damaged, binning)
    } catch (error) {
      assert.ok(error instanceof DriftgateError, String(error))
      assert.match(error.code, /^PROFILE_(LAYOUT_UNKNOWN|BINNING_MISMATCH)$/)
      refused++
    }
  }
  assert.ok(refused > 0)
})

test('profiles under different binnings neither merge nor decode', () => {
  const other = { ...binning, version: 'b2' }
  const profile = profileOf(rows(10, 6))
  assert.throws(() => mergeProfiles(profile, createProfile(other)), {
    code: 'PROFILE_BINNING_MISMATCH',
  })
  assert.throws(() => decodeProfile(encodeProfile(profile), other), {
    code: 'PROFILE_BINNING_MISMATCH',
  })
})

test('text in a numeric feature is refused before anything is counted', () => {
  const profile = profileOf([])
  assert.throws(() => addRow(profile, [1, 'noon', 'pro', true, 0.5]), { code: 'RECORD_MALFORMED' })
  assert.equal(profile.rows, 0)
  assert.deepEqual(encodeProfile(profile), encodeProfile(createProfile(binning)))
})

test('sums of values and squares are exact where doubles are not', () => {
  const next = mulberry32(7)
  const sums = new WideSums()
  let sum = 0n
  let squares = 0n
  for (let i = 0; i < 1_200_000; i++) {
    const q = Math.floor((next() - 0.3) * 2 ** 32)
    sums.add(q)
    sum += BigInt(q)
    squares += BigInt(q) * BigInt(q)
  }
  assert.equal(sums.sum, sum)
  assert.equal(sums.squares, squares)
})

test('mean and deviation come from the sums', () => {
  const next = mulberry32(8)
  const values = Array.from({ length: 5_000 }, () => normal(next, 1e4, 3e3))
  const profile = profileOf(values.map((amount) => [amount, 1, 'pro', true, 0.5]))
  const counts = profile.features[0]
  assert.equal(counts?.kind, 'numeric')
  const found = counts?.kind === 'numeric' ? moments(counts) : null
  const mean = values.reduce((total, value) => total + value, 0) / values.length
  const sd = Math.sqrt(
    values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length,
  )
  assert.ok(Math.abs((found?.mean ?? 0) - mean) < 0.01)
  assert.ok(Math.abs((found?.sd ?? 0) - sd) < 0.01)
})

test('a point mass has a cell of its own', () => {
  const sorted = Float64Array.from([
    ...Array(900).fill(5),
    ...Array.from({ length: 9_100 }, (_, i) => 10 + i),
  ])
  const edges = numericEdges(sorted)
  assert.ok(edges.includes(5) && edges.includes(nextAbove(5)))
  assert.ok(edges.length <= 512)
  assert.deepEqual(numericEdges(Float64Array.from([0, 0, 1])), [
    0,
    Number.MIN_VALUE,
    1,
    1 + Number.EPSILON,
  ])
})

test('the scale is the largest that keeps the range within 2^20', () => {
  for (const largest of [1, 2 ** 20, 2 ** 20 + 1, 0.3, 1e300, 5e-324, 123_456.789]) {
    const scale = numericScale(-largest, largest / 2)
    if (scale < 1000)
      assert.ok(largest * 2 ** (scale + 1) > 2 ** 20, `${largest}: ${scale} is too small`)
    assert.ok(
      largest * 2 ** Math.trunc(scale / 2) * 2 ** (scale - Math.trunc(scale / 2)) <= 2 ** 20,
    )
  }
  assert.equal(numericScale(0, 0), 20)
})

test('the bottom-k sample does not depend on order, grouping or serialising', () => {
  const next = mulberry32(9)
  const all = rows(3_000, 10).map((values, index) => ({ id: `p${index % 2_900}`, values }))
  const whole = createSample(100)
  for (const one of all) addToSample(whole, one)
  const expected = encodeSample(whole)
  for (let trial = 0; trial < 50; trial++) {
    const parts = [createSample(100), createSample(100), createSample(100)]
    for (const one of shuffle([...all], next)) addToSample(parts[Math.floor(next() * 3)]!, one)
    const [first, ...rest] = parts.map((part) => decodeSample(encodeSample(part), 100))
    for (const part of rest) mergeSamples(first!, part)
    assert.deepEqual(encodeSample(first!), expected)
  }
})
