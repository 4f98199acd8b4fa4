import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type CellDistance,
  cellDistance,
  hellingerTerms,
  jensenShannonTerms,
  kullbackLeiblerTerms,
  largestDifferenceTerms,
  stabilityTerms,
  totalVariationTerms,
} from '../../statistics/cell-distances.ts'
import { allTablesSf, type CellTables } from '../../statistics/cell-tables.ts'
import { distanceP, type Edges, tablesOf } from '../../statistics/distance-p.ts'
import { drawnLaw, keyOf } from '../../statistics/drawn-law.ts'
import {
  bhattacharyyaCoefficient,
  hellinger as hellingerOf,
  jensenShannonNats,
  kullbackLeibler,
  largestDifference,
  stabilityIndex,
  totalVariation,
} from '../../statistics/histogram-distances.ts'
import { total } from '../../statistics/total.ts'
import { mulberry32, shuffle } from '../support/mulberry32.ts'

const distances: readonly CellDistance[] = [
  stabilityTerms,
  jensenShannonTerms,
  hellingerTerms,
  totalVariationTerms,
  largestDifferenceTerms,
  kullbackLeiblerTerms,
]
const distanceOf = (
  distance: CellDistance,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
) => cellDistance(distance, reference, current, total(reference), total(current))

test('the terms add up to the distances of histograms', () => {
  const [reference, current] = [
    [120, 30, 50, 4],
    [40, 25, 9, 6],
  ]
  const by = (distance: CellDistance) => distanceOf(distance, reference!, current!)
  const pairs = [
    [by(stabilityTerms), stabilityIndex(reference!, current!)],
    [by(jensenShannonTerms), jensenShannonNats(reference!, current!)],
    [by(hellingerTerms), hellingerOf(reference!, current!) ** 2],
    [1 - by(hellingerTerms), bhattacharyyaCoefficient(reference!, current!)],
    [by(totalVariationTerms), totalVariation(reference!, current!)],
    [by(largestDifferenceTerms), largestDifference(reference!, current!)],
    [by(kullbackLeiblerTerms), kullbackLeibler(reference!, current!)],
  ]
  for (const [ours, theirs] of pairs) assert.ok(Math.abs(ours! - theirs!) < 1e-13)
})

test('empty cells leave every distance finite, and no term is negative', () => {
  for (const distance of distances) {
    for (const [r, c] of [
      [0, 0],
      [0, 7],
      [7, 0],
      [1, 40],
    ] as const) {
      const term = distance.term(r, c, 50, 80)
      assert.ok(Number.isFinite(term) && term >= 0, `${distance.name} ${r} ${c}: ${term}`)
    }
  }
})

/** All ways to mark `count` of `of` places. */
function* choices(of: number, count: number, from = 0): Generator<number[]> {
  if (count === 0) yield []
  else
    for (let i = from; i <= of - count; i++)
      for (const rest of choices(of, count - 1, i + 1)) yield [i, ...rest]
}

describe('over all tables of a tiny case, p is the share of arrangements that reach the distance:', () => {
  const share = (values: readonly number[], observed: number) =>
    values.filter((value) => value >= observed * (1 - 1e-9) - 1e-15).length / values.length

  test('rows dealt to two sides', () => {
    const cells = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3]
    const reference = [2, 1, 2, 1]
    const current = [1, 1, 2, 0]
    for (const distance of distances) {
      const values = [...choices(10, 4)].map((window) => {
        const now = [0, 0, 0, 0]
        for (const row of window) now[cells[row]!]! += 1
        const before = [3, 2, 4, 1].map((sum, i) => sum - now[i]!)
        return distanceOf(distance, before, now)
      })
      const { p, from } = distanceP(distance, reference, current, 'given')
      const wanted = share(values, distanceOf(distance, reference, current))
      assert.ok(Math.abs(p - wanted) < 1e-12, `${distance.name}: ${p} for ${wanted}`)
      assert.equal(from, 'all tables')
    }
  })

  test('rows of a window that fall between the rows of a reference, all orders alike', () => {
    const reference = [2, 3, 2]
    const current = [0, 1, 3]
    for (const distance of distances) {
      // Places of the 4 window rows among 11; a reference row at an edge opens the next cell.
      const values = [...choices(11, 4)].map((window) => {
        const now = [0, 0, 0]
        let seen = 0
        for (let place = 0; place < 11; place++) {
          if (!window.includes(place)) seen++
          else now[seen <= 2 ? 0 : seen <= 5 ? 1 : 2]! += 1
        }
        return distanceOf(distance, reference, now)
      })
      const { p } = distanceP(distance, reference, current, 'of the reference')
      const wanted = share(values, distanceOf(distance, reference, current))
      assert.ok(Math.abs(p - wanted) < 1e-12, `${distance.name}: ${p} for ${wanted}`)
    }
  })
})

/** Window counts that lie further and further from what is expected. */
function* shiftedCounts({ parts, m, reference }: CellTables): Generator<Float64Array> {
  for (let tilt = 0.05; tilt < 2.5; tilt += 0.12) {
    const weights = parts.map((part, i) => part * Math.exp(tilt * (i % 2 === 0 ? -1 : 1)))
    const counts = weights.map((weight) => Math.floor((m * weight) / total(weights)))
    counts[1]! += m - total(counts)
    if (reference !== null || counts.every((count, i) => count <= parts[i]!)) yield counts
  }
}

describe('far into the tail, drawn and extended p-values follow the sum over all tables:', () => {
  const cases: Record<string, CellTables> = {
    'rows between 120 of a reference, four cells': tablesOf(
      [30, 30, 30, 30],
      [20, 20, 20, 10],
      'of the reference',
    ).tables,
    'four categories of unequal size': tablesOf([150, 80, 40, 25], [50, 20, 10, 5], 'given').tables,
  }
  for (const [name, tables] of Object.entries(cases)) {
    for (const distance of distances) {
      test(`${name}, ${distance.name}`, () => {
        const law = drawnLaw(tables, distance, 25_000)
        let deepest = 1
        for (const counts of shiftedCounts(tables)) {
          const before = tables.reference ?? tables.parts.map((part, i) => part - counts[i]!)
          const observed = distanceOf(distance, before, counts)
          const exact = allTablesSf(tables, distance, observed)
          if (exact > 0.2 || exact < 1e-5) continue
          deepest = Math.min(deepest, exact)
          const { p, relativeError } = law.of(observed)
          const [low, high] = exact > 1e-3 ? [0.8, 1.25] : [0.3, 2]
          assert.ok(p >= low * exact && p <= high * exact, `${p} for ${exact}`)
          assert.ok(relativeError < 0.08)
        }
        assert.ok(deepest < 1e-3, 'the tail was looked at')
      })
    }
  }
})

describe('without any change a window is rejected as often as the level says:', () => {
  const runs = 1_500
  const least = (level: number) => 0.9 * runs * level - 3.5 * Math.sqrt(runs * level)
  const most = (level: number) => runs * level + 3.5 * Math.sqrt(runs * level)
  const levels = [0.05, 0.01]

  for (const distance of distances) {
    test(`${distance.name}, cells that end at values of a reference drawn anew each time`, () => {
      const next = mulberry32(21)
      const ps = Array.from({ length: runs }, () => {
        const reference = Float64Array.from({ length: 600 }, next).sort()
        const current = [0, 0, 0, 0, 0, 0, 0, 0]
        for (let i = 0; i < 90; i++) {
          const u = next()
          let cell = 0
          while (cell < 7 && u >= reference[75 * (cell + 1)]!) cell++
          current[cell]! += 1
        }
        return distanceP(distance, Array(8).fill(75), current, 'of the reference', 20_000).p
      })
      for (const level of levels) {
        const rejected = ps.filter((p) => p <= level).length
        assert.ok(rejected <= most(level), `${rejected} at ${level}`)
        // Total variation and the largest difference take few values here.
        if (distance.name.includes('-') || distance.name.includes('index')) {
          assert.ok(rejected >= least(level), `${rejected} at ${level}`)
        }
      }
    })

    test(`${distance.name}, categories of unequal size on both sides`, () => {
      const next = mulberry32(22)
      const side = (rows: number) => {
        const counts = [0, 0, 0, 0, 0, 0]
        for (let i = 0; i < rows; i++) counts[Math.floor(6 * next() ** 1.7)]! += 1
        return counts
      }
      const few = runs / 4
      const ps = Array.from(
        { length: few },
        () => distanceP(distance, side(400), side(150), 'given', 1_000).p,
      )
      const rejected = ps.filter((p) => p <= 0.05).length
      assert.ok(rejected <= few * 0.05 + 3.5 * Math.sqrt(few * 0.05), String(rejected))
      assert.ok(rejected >= 0.9 * few * 0.05 - 3.5 * Math.sqrt(few * 0.05), String(rejected))
    })
  }
})

describe('the p-value of a distance', () => {
  const reference = [400, 300, 120, 90, 60, 30]
  const current = [150, 140, 40, 50, 20, 15]

  test('does not depend on the order of categories', () => {
    const order = shuffle([0, 1, 2, 3, 4, 5], mulberry32(3))
    const pick = (counts: readonly number[]) => order.map((i) => counts[i]!)
    for (const distance of distances) {
      assert.equal(
        distanceP(distance, pick(reference), pick(current), 'given').p,
        distanceP(distance, reference, current, 'given').p,
      )
    }
  })

  test('is one for equal shares, whatever the sizes', () => {
    for (const edges of ['given', 'of the reference'] as Edges[]) {
      for (const distance of distances) {
        const third = reference.map((count) => count / 5)
        assert.equal(distanceP(distance, reference, third, edges).p, 1)
      }
    }
  })

  test('falls when the same shares are seen on more rows', () => {
    for (const distance of distances) {
      const [few, many] = [1, 10].map((times) => {
        const grown = (counts: readonly number[]) => counts.map((count) => count * times)
        return distanceP(distance, grown(reference), grown(current), 'given').p
      }) as [number, number]
      assert.ok(many < few / 100, `${distance.name}: ${few}, ${many}`)
    }
  })

  test('stays positive and finite where nothing is in common', () => {
    for (const distance of distances) {
      for (const edges of ['given', 'of the reference'] as Edges[]) {
        const { p } = distanceP(distance, [500, 500, 500, 500, 1], [0, 0, 0, 0, 900], edges)
        assert.ok(p > 0 && p < 1e-100, `${distance.name}: ${p}`)
      }
    }
  })

  test('is the same again after many other laws were asked for', () => {
    const first = distanceP(jensenShannonTerms, reference, current, 'given', 1_000)
    for (let m = 1; m <= 40; m++) {
      distanceP(
        jensenShannonTerms,
        reference,
        current.map((count) => count + m),
        'given',
      )
    }
    assert.deepEqual(distanceP(jensenShannonTerms, reference, current, 'given', 1_000), first)
  })

  test('needs rows on both sides', () => {
    assert.throws(() => distanceP(jensenShannonTerms, [1, 2], [0, 0], 'given'), RangeError)
  })
})

test('a law is kept under everything that it depends on', () => {
  const reference = [100, 100, 100]
  const base = tablesOf(reference, [30, 30, 40], 'of the reference').tables
  const others = [
    keyOf(tablesOf(reference, [30, 30, 40], 'given').tables, hellingerTerms, 1_000),
    keyOf(tablesOf(reference, [30, 30, 41], 'of the reference').tables, hellingerTerms, 1_000),
    keyOf(
      tablesOf([100, 101, 100], [30, 30, 40], 'of the reference').tables,
      hellingerTerms,
      1_000,
    ),
    keyOf(base, jensenShannonTerms, 1_000),
    keyOf(base, hellingerTerms, 2_000),
  ]
  const key = keyOf(base, hellingerTerms, 1_000)
  assert.equal(new Set([key, ...others]).size, 6)
  // How the rows of the window lie is no part of the law.
  assert.equal(
    keyOf(tablesOf(reference, [40, 30, 30], 'of the reference').tables, hellingerTerms, 1_000),
    key,
  )
})
