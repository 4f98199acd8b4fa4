import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeatureValue } from '../../contracts/prediction.ts'
import {
  addRow,
  createProfile,
  decodeProfile,
  encodeProfile,
  mergeProfiles,
  type Profile,
} from '../../profiles/index.ts'
import { mulberry32, shuffle } from '../support/mulberry32.ts'
import { allTypesWorld } from './all-types.ts'

const { binning, rows } = allTypesWorld(1)

function profileOf(list: readonly (readonly FeatureValue[])[]): Profile {
  const profile = createProfile(binning)
  for (const values of list) addRow(profile, values)
  return profile
}

/** Merges profiles pair by pair, in a random grouping. */
function mergedAtRandom(profiles: Profile[], next: () => number): Profile {
  while (profiles.length > 1) {
    const [from] = profiles.splice(Math.floor(next() * profiles.length), 1)
    mergeProfiles(profiles[Math.floor(next() * profiles.length)]!, from!)
  }
  return profiles[0]!
}

test('200 random orders and groupings of rows of every type give the same bytes', () => {
  const all = rows(1_200, 2)
  const expected = encodeProfile(profileOf(all))
  const next = mulberry32(3)
  for (let trial = 0; trial < 200; trial++) {
    const parts: FeatureValue[][][] = Array.from({ length: 1 + Math.floor(next() * 8) }, () => [])
    for (const values of shuffle([...all], next)) {
      parts[Math.floor(next() * parts.length)]!.push(values)
    }
    const stored = parts.map((part) => decodeProfile(encodeProfile(profileOf(part)), binning))
    assert.deepEqual(encodeProfile(mergedAtRandom(stored, next)), expected)
  }
})

test('a million unseen categories merge in any order, their kept counts are exact', () => {
  const place = binning.features.findIndex(({ name }) => name === 'plan')
  const [row] = rows(1, 4)
  const parts = Array.from({ length: 10 }, (_, part) => {
    const profile = createProfile(binning)
    const values = [...row!]
    for (let i = 0; i < 120_000; i++) {
      // The first 200,000 of the million occur twice, in different parts.
      values[place] = `category ${(part * 120_000 + i) % 1_000_000}`
      addRow(profile, values)
    }
    return encodeProfile(profile)
  })
  const merged = (order: readonly Uint8Array[], next: () => number) =>
    mergedAtRandom(
      order.map((bytes) => decodeProfile(bytes, binning)),
      next,
    )
  const whole = merged(parts, mulberry32(5))
  const expected = encodeProfile(whole)
  for (let trial = 0; trial < 200; trial++) {
    const next = mulberry32(trial)
    assert.deepEqual(encodeProfile(merged(shuffle([...parts], next), next)), expected)
  }
  const plan = whole.features[place]!
  assert.ok(plan.kind === 'categorical')
  assert.equal(plan.unseen.total, 1_200_000)
  const kept = plan.unseen.entries()
  assert.equal(kept.length, 64)
  for (const { category, count } of kept) {
    assert.equal(count, Number(category.split(' ')[1]) < 200_000 ? 2 : 1, category)
  }
})
