import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compareWith, detectors, type Sides, sidesOfValues } from '../../detectors/index.ts'
import { scoreSides } from '../../detectors/score-sides.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const names = [
  'psi',
  'jensen-shannon',
  'hellinger',
  'total-variation',
  'l-infinity',
  'kullback-leibler',
  'bhattacharyya',
] as const

const categories = (reference: readonly number[], current: readonly number[]): Sides => ({
  kind: 'categorical',
  feature: 'plan',
  categories: reference.map((_, i) => `c${i}`).slice(1),
  reference: Float64Array.from(reference),
  current: Float64Array.from(current),
  unseen: [],
  missing: { reference: 0, current: 0 },
})

/** Cells that are quantiles of the reference, as a profile has them. */
function quantileSides(n: number, m: number, next: () => number, shift = 0): Sides {
  const values = Float64Array.from({ length: n }, () => normal(next)).sort()
  const edges = Array.from({ length: 15 }, (_, i) => values[Math.ceil(((i + 1) * n) / 16) - 1]!)
  const count = (rows: Iterable<number>) => {
    const cells = new Float64Array(16)
    for (const x of rows) cells[edges.filter((edge) => edge <= x).length]! += 1
    return cells
  }
  const window = Array.from({ length: m }, () => normal(next, shift))
  const low = Float64Array.from([values[0]!, ...edges])
  return {
    kind: 'numeric',
    feature: 'amount',
    reference: count(values),
    current: count(window),
    low,
    high: Float64Array.from([...edges, values[n - 1]!]),
    cells: 'quantiles',
    moments: { reference: null, current: null },
    range: { reference: null, current: null },
    missing: { reference: 0, current: 0 },
  }
}

describe('a histogram distance', () => {
  test('decides where it is configured, with a p-value and its error', () => {
    const sides = quantileSides(2_000, 500, mulberry32(1), 0.15)
    for (const detector of names) {
      const { primary, others } = scoreSides(sides, { detector })
      assert.equal(primary.detector, detector)
      assert.ok(primary.pValue !== null && primary.pValueAbsent === undefined)
      for (const other of others) assert.equal(other.pValue, null)
    }
  })

  test('only describes beside another test, and says why it has no p-value', () => {
    const { others } = scoreSides(quantileSides(2_000, 500, mulberry32(2)))
    for (const name of ['psi', 'jensen-shannon']) {
      const score = others.find(({ detector }) => detector === name)
      assert.match(score?.pValueAbsent ?? '', /only where it decides/)
    }
  })

  test('gives the same bytes for the same evidence, and does not depend on the order of categories', () => {
    const [reference, current] = [
      [0, 500, 260, 120, 40, 33],
      [2, 180, 130, 60, 11, 20],
    ] as const
    for (const name of names) {
      const one = compareWith(detectors[name], categories(reference, current))
      assert.deepEqual(compareWith(detectors[name], categories(reference, current)), one)
      const turned = compareWith(
        detectors[name],
        categories(reference.toReversed(), current.toReversed()),
      )
      assert.equal(turned.pValue, one.pValue)
      assert.ok(Math.abs(turned.effect - one.effect) < 1e-12)
    }
  })

  test('sees a shift of a continuous feature, and nothing in a sample of the same law', () => {
    for (const name of names) {
      const [moved, same] = [0.5, 0].map((shift) =>
        compareWith(detectors[name], quantileSides(2_000, 1_000, mulberry32(3), shift)),
      )
      assert.ok(moved!.pValue! < 1e-6, `${name}: ${moved!.pValue}`)
      assert.ok(same!.pValue! > 0.01, `${name}: ${same!.pValue}`)
    }
  })

  test('has no p-value where joining leaves a single cell', () => {
    for (const name of names) {
      const score = compareWith(detectors[name], sidesOfValues('x', [1, 2, 3], [1, 2, 3]))
      assert.equal(score.pValue, null)
      assert.match(score.pValueAbsent ?? '', /fewer than two cells/)
    }
  })
})

test('Jensen-Shannon is given as distance or divergence, in base 2 or e, with one p-value', () => {
  const sides = categories([0, 500, 300, 200], [0, 300, 300, 400])
  const [bits, nats, root] = [
    { form: 'divergence' },
    { form: 'divergence', base: 'e' },
    { base: 'e' },
  ].map((options) => compareWith(detectors['jensen-shannon'], sides, options))
  const distance = compareWith(detectors['jensen-shannon'], sides)
  assert.ok(Math.abs(distance.score ** 2 - bits!.score) < 1e-15)
  assert.ok(Math.abs(nats!.score - bits!.score * Math.LN2) < 1e-15)
  assert.ok(Math.abs(root!.score ** 2 - nats!.score) < 1e-15)
  assert.equal(new Set([bits, nats, root, distance].map((score) => score!.pValue)).size, 1)
})

test('Bhattacharyya orders windows as Hellinger does, and stays finite without anything in common', () => {
  for (const current of [
    [0, 300, 300, 400],
    [0, 490, 310, 200],
    [900, 0, 0, 0],
  ]) {
    const sides = categories([0, 500, 300, 200], current)
    const [h, b] = (['hellinger', 'bhattacharyya'] as const).map((name) =>
      compareWith(detectors[name], sides),
    )
    assert.equal(b!.pValue, h!.pValue)
    const expected = h!.score < 1 ? -Math.log(1 - h!.score ** 2) : Math.log(2 * Math.sqrt(9e5))
    assert.ok(Math.abs(b!.score - expected) < 1e-9)
  }
})

describe('the 95 % interval of the effect holds the true distance:', () => {
  const runs = 300
  const laws = [
    [0.25, 0.25, 0.2, 0.15, 0.15],
    [0.3, 0.22, 0.2, 0.13, 0.15],
    [0.45, 0.1, 0.25, 0.15, 0.05],
  ] as const
  const whole = (law: readonly number[]) => law.map((share) => share * 1e12)

  for (const name of names) {
    test(name, () => {
      const next = mulberry32(31)
      const side = (law: readonly number[], rows: number) => {
        const counts = law.map(() => 0)
        for (let i = 0; i < rows; i++) {
          let [u, cell] = [next(), 0]
          while (cell < law.length - 1 && u >= law[cell]!) u -= law[cell++]!
          counts[cell]! += 1
        }
        return counts
      }
      for (const law of laws) {
        const asked = (sides: Sides) => compareWith(detectors[name], sides, {}, 'to describe')
        const truth = asked(categories(whole(laws[0]), whole(law))).score
        let held = 0
        for (let run = 0; run < runs; run++) {
          const [low, high] = asked(categories(side(laws[0], 600), side(law, 300))).effectInterval
          if (low <= truth + 1e-12 && truth <= high) held++
        }
        // 95 % of 300 are 285; three standard errors below.
        assert.ok(held >= 274, `${held} of ${runs} for ${truth}`)
      }
    })
  }
})
