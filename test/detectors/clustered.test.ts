import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { designEffectOf } from '../../detectors/clustered.ts'
import { countedAs } from '../../detectors/counted-as.ts'
import {
  compareWith,
  detectors,
  type Sides,
  sidesOfCategories,
  sidesOfValues,
} from '../../detectors/index.ts'
import { usable } from '../../detectors/sides.ts'
import { clustersOf } from '../../statistics/clusters.ts'
import { designEffect } from '../../statistics/design-effect.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const trials = 600
// Of 600 at 5 %, fewer than 14 or more than 48 have a chance of 0.1 % together; at 0.1 % more than 4 have.
const [fewest, most, mostFar] = [14, 48, 4]

interface World {
  /** Rows of a cluster. */
  readonly size: number
  /** Correlation of two rows of one cluster. */
  readonly correlation: number
  /** Whether clusters of the window are among those of the reference. */
  readonly shared?: boolean
}

const letters = ['a', 'b', 'c', 'd', 'e']
const inLetters = (values: Float64Array) => ({
  categories: letters,
  codes: Int32Array.from(values, (x) => Math.max(0, Math.min(4, Math.floor(x + 2.5)))),
})

/** Values of both sides and their clusters: normal ones, made of a part of the cluster and a part of the row. */
function drawn({ size, correlation, shared = false }: World, next: () => number) {
  const means = Array.from({ length: 400 }, () => normal(next))
  const [own, common] = [Math.sqrt(1 - correlation), Math.sqrt(correlation)]
  const side = (name: string, count: number) => {
    const parts = name === 'reference' || shared ? means : means.map(() => normal(next))
    const categories = Array.from({ length: count }, (_, g) => (shared ? `${g}` : `${name} ${g}`))
    const codes = Int32Array.from({ length: count * size }, (_, row) => Math.floor(row / size))
    const values = Float64Array.from(
      codes,
      (g) => common * (parts[g] as number) + (own === 0 ? 0 : own * normal(next)),
    )
    return { values, keys: { categories, codes } }
  }
  const [before, now] = [side('reference', 400), side('current', 200)]
  return { before: before.values, now: now.values, clusters: clustersOf(before.keys, now.keys) }
}

/** Design effects of numbers and of categories, and how often tests reject, of rows without any change. */
function seen(world: World) {
  const next = mulberry32(17)
  const effects = { numbers: 0, letters: 0, least: Number.POSITIVE_INFINITY }
  const counts = { ks: 0, far: 0, table: 0 }
  for (let trial = 0; trial < trials; trial++) {
    const { before, now, clusters } = drawn(world, next)
    const [old, fresh] = [inLetters(before), inLetters(now)]
    const numbers = designEffectOf(before, now, clusters).factor
    const ofLetters = designEffectOf(old, fresh, clusters).factor
    effects.numbers += numbers / trials
    effects.letters += ofLetters / trials
    effects.least = Math.min(effects.least, numbers, ofLetters)
    const p = pOf(detectors.ks, countedAs(sidesOfValues('x', before, now), numbers))
    if (p <= 0.05) counts.ks++
    if (p <= 0.001) counts.far++
    const sides = countedAs(sidesOfCategories('x', old, fresh), ofLetters)
    if (pOf(detectors['chi-square'], sides) <= 0.05) counts.table++
  }
  return { effects, counts }
}

const pOf = (detector: (typeof detectors)['ks'], sides: Sides) =>
  compareWith(detector, sides).pValue ?? 1

describe('the design effect of clustered rows', () => {
  test('is three where every row is there three times, and tests keep their level', () => {
    const { effects, counts } = seen({ size: 3, correlation: 1 })
    for (const effect of [effects.numbers, effects.letters]) {
      assert.ok(effect >= 3 && effect < 3.2, `${effect}`)
    }
    assert.ok(counts.ks >= fewest && counts.ks <= most, `ks ${counts.ks}`)
    assert.ok(counts.table >= fewest && counts.table <= most, `chi-square ${counts.table}`)
    assert.ok(counts.far <= mostFar, `ks at 0.1 % ${counts.far}`)
  })

  test('is about one of independent rows and never below', () => {
    const { effects, counts } = seen({ size: 1, correlation: 0 })
    assert.ok(effects.least >= 1)
    assert.ok(effects.numbers < 1.1 && effects.letters < 1.1, `${effects.numbers}`)
    assert.ok(counts.ks >= fewest && counts.ks <= most, `ks ${counts.ks}`)
    assert.ok(counts.table >= fewest && counts.table <= most, `chi-square ${counts.table}`)
  })

  test('of rows that resemble each other is that of their mean: tests of order stay within their level', () => {
    // 1 + 5 x 0.4 of the values, a little less of their ranks.
    const { effects, counts } = seen({ size: 6, correlation: 0.4 })
    assert.ok(effects.numbers > 2.7 && effects.numbers < 3.2, `${effects.numbers}`)
    assert.ok(counts.ks <= most && counts.far <= mostFar, `ks ${counts.ks} ${counts.far}`)
    assert.ok(counts.table <= most, `chi-square ${counts.table}`)
  })

  test('of the same clusters on both sides is smaller, since what they share cancels out', () => {
    const apart = drawn({ size: 3, correlation: 1 }, mulberry32(3))
    const both = drawn({ size: 3, correlation: 1, shared: true }, mulberry32(3))
    const of = ({ before, now, clusters }: typeof both) =>
      designEffectOf(before, now, clusters).factor
    assert.ok(of(both) < of(apart) - 0.5, `${of(both)} ${of(apart)}`)
    assert.equal(both.clusters.count, 400)
    assert.deepEqual(both.clusters.of, { reference: 400, current: 200 })
  })

  test('is as large with a difference of the sides as without one', () => {
    const { before, now, clusters } = drawn({ size: 3, correlation: 1 }, mulberry32(3))
    const moved = now.map((value) => value + 1)
    const found = designEffectOf(before, moved, clusters).factor
    assert.ok(found > 2.9 && found < 3.3, `${found}`)
  })

  test('is that of the missing values where those vary more', () => {
    const { before, now, clusters } = drawn({ size: 3, correlation: 0 }, mulberry32(3))
    const lost = (values: Float64Array) =>
      values.map((value, row) => (Math.floor(row / 3) % 5 === 0 ? Number.NaN : value))
    assert.ok(designEffectOf(before, now, clusters).factor < 1.4)
    assert.ok(designEffectOf(lost(before), lost(now), clusters).factor > 2.8)
  })

  test('of one cluster, or of no rows at all, is not known and counts as one', () => {
    const alone = clustersOf(
      { codes: [0, 0], categories: ['a'] },
      { codes: [0], categories: ['a'] },
    )
    assert.equal(designEffectOf([1, 2], [3], alone).factor, 1)
    const none = clustersOf({ codes: [], categories: [] }, { codes: [0], categories: ['a'] })
    assert.equal(designEffectOf([], [3], none).factor, 1)
    assert.throws(() => designEffect({ reference: [2], current: [0] }, alone, 2, false), RangeError)
  })

  test('rows without a key are clusters of their own', () => {
    const clusters = clustersOf(
      { codes: [-1, -1, 0], categories: ['a'] },
      { codes: [-1, 0], categories: ['a'] },
    )
    assert.equal(clusters.count, 4)
    assert.deepEqual(clusters.of, { reference: 3, current: 2 })
  })
})

describe('rows that count as fewer', () => {
  const next = mulberry32(5)
  const values = (count: number) => Float64Array.from({ length: count }, () => normal(next))
  const numeric = sidesOfValues('x', values(3_000), values(1_000))

  test('keep the shape of both sides: no cumulated count is off by more than half a row', () => {
    for (const factor of [1, 1.3, 2.9, 17]) {
      const fewer = countedAs(numeric, factor)
      for (const side of ['reference', 'current'] as const) {
        let [all, kept] = [0, 0]
        for (let i = 0; i < numeric[side].length; i++) {
          all += numeric[side][i] as number
          kept += fewer[side][i] as number
          assert.ok(Number.isInteger(fewer[side][i]) && Math.abs(kept - all / factor) <= 0.5)
        }
      }
      assert.equal(usable(fewer).current, Math.round(1_000 / factor))
      assert.equal(fewer.moments.current?.count, Math.round(1_000 / factor))
    }
  })

  test('make effects less certain and p-values larger, not effects smaller', () => {
    const moved = sidesOfValues(
      'x',
      values(3_000),
      values(1_000).map((value) => value + 0.4),
    )
    const [all, fewer] = [moved, countedAs(moved, 4)].map((sides) =>
      compareWith(detectors.ks, sides),
    ) as [ReturnType<typeof compareWith>, ReturnType<typeof compareWith>]
    assert.ok(Math.abs(all.effect - fewer.effect) < 0.01)
    assert.ok(fewer.effectInterval[0] < all.effectInterval[0])
    assert.ok((fewer.pValue ?? 0) > (all.pValue ?? 1))
  })

  test('of categories keep the unseen ones, and a factor below one is refused', () => {
    const column = (codes: number[]) => ({ categories: ['a', 'b', 'new'], codes })
    const sides = sidesOfCategories(
      'x',
      column(Array.from({ length: 90 }, (_, i) => i % 2)),
      column(Array.from({ length: 90 }, (_, i) => i % 3)),
    )
    const fewer = countedAs(sides, 3)
    assert.deepEqual([...fewer.current], [10, 10, 10])
    assert.deepEqual(fewer.unseenCounts, [10])
    assert.throws(() => countedAs(sides, 0.5), RangeError)
  })
})
