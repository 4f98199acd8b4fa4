import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FeatureSettings } from '../../contracts/config.ts'
import { scoreFeatures } from '../../detectors/score-features.ts'
import { createProfile, mergeProfiles } from '../../profiles/index.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'
import { referenceOf } from '../support/profiles.ts'

const features: Record<string, FeatureSettings> = {
  hour: { type: 'numeric', cycle: 24 },
  temperature: { type: 'numeric' },
  amount: { type: 'numeric' },
  flag: { type: 'boolean' },
}
type Row = [hour: number, temperature: number, amount: number, flag: boolean]

/** Two rush hours, a mild climate, skewed amounts, a flag that is mostly false. */
function row(next: () => number): Row {
  const rush = next() < 0.4 ? 8 : 17
  const hour = ((Math.floor(normal(next, rush, 3)) % 24) + 24) % 24
  return [hour, normal(next, 15, 8), Math.exp(normal(next, 3, 1)), next() < 0.15]
}

const model = referenceOf(features, days(10, 2_000, 1).flat())

function days(count: number, rows: number, seed: number, change = (one: Row, _day: number) => one) {
  const next = mulberry32(seed)
  return Array.from({ length: count }, (_, day) =>
    Array.from({ length: rows }, () => change(row(next), day)),
  )
}

function explain(parts: Row[][]) {
  const buckets = model.bucketsOf(parts)
  const current = createProfile(model.binning)
  for (const { profile } of buckets) mergeProfiles(current, profile)
  const sample = buckets.flatMap((bucket) => bucket.sample)
  const { explanation, features: scores } = scoreFeatures(
    model.reference,
    current,
    sample,
    buckets,
    {
      features,
    },
  )
  const moved = scores
    .filter(({ primary, minimumEffect }) => primary.effectInterval[0] > minimumEffect)
    .map(({ feature }) => feature)
  return { explanation, moved }
}

const later = ([hour, ...rest]: Row, by: number): Row => [(hour + by) % 24, ...rest]
const toFahrenheit = ([hour, celsius, ...rest]: Row): Row => [hour, celsius * 1.8 + 32, ...rest]
const times =
  (factor: number) =>
  ([hour, temperature, amount, flag]: Row): Row => [hour, temperature, amount * factor, flag]

describe('upstream changed its units', () => {
  test('every hour 5 later, modulo 24', () => {
    const { explanation } = explain(days(7, 800, 2, (one) => later(one, 5)))
    assert.equal(explanation?.kind, 'shift')
    assert.equal(explanation.sentence, 'every hour is 5 later, modulo 24')
    assert.ok(explanation.explained >= 0.9 && explanation.residual < 0.1)
  })

  test('every hour 7 earlier is told as such, not as 17 later', () => {
    const { explanation } = explain(days(7, 800, 3, (one) => later(one, 17)))
    assert.equal(explanation?.sentence, 'every hour is 7 earlier, modulo 24')
  })

  test('a factor of a thousand', () => {
    const { explanation } = explain(days(7, 800, 4, times(1_000)))
    assert.equal(explanation?.kind, 'factor')
    assert.match(explanation.sentence, /^every amount is now 1000 times as large/)
    assert.ok(explanation.explained > 0.95)
  })

  test('miles to kilometres and back', () => {
    assert.equal(explain(days(7, 800, 5, times(1.609344))).explanation?.kind, 'factor')
    assert.equal(explain(days(7, 800, 6, times(1 / 1.609344))).explanation?.kind, 'factor')
  })

  test('prices that rise by a half or more in one short window are no units', () => {
    let taken = 0
    for (let seed = 0; seed < 40; seed++) {
      const rise = Math.exp(0.3 + 0.7 * mulberry32(900 + seed)())
      if (explain(days(1, 400, 100 + seed, times(rise))).explanation !== null) taken++
    }
    assert.equal(taken, 0)
    assert.equal(explain(days(1, 400, 5, times(1_000))).explanation?.kind, 'factor', 'as before')
  })

  test('Celsius to Fahrenheit', () => {
    const { explanation } = explain(days(7, 800, 7, toFahrenheit))
    assert.equal(explanation?.kind, 'affine')
    assert.equal(
      explanation.sentence,
      'every temperature is now in degrees Fahrenheit instead of Celsius',
    )
  })

  test('two columns that changed places', () => {
    const swap = ([hour, temperature, amount, flag]: Row): Row => [hour, amount, temperature, flag]
    const { explanation } = explain(days(7, 800, 8, swap))
    assert.equal(explanation?.sentence, 'the columns temperature and amount have changed places')
  })

  test('an inverted flag', () => {
    const invert = ([hour, temperature, amount, flag]: Row): Row => [
      hour,
      temperature,
      amount,
      !flag,
    ]
    const { explanation } = explain(days(7, 800, 9, invert))
    assert.equal(explanation?.sentence, '"false" and "true" of flag have changed places')
  })

  test('a break inside the window is found, and dated', () => {
    const { explanation } = explain(
      days(7, 800, 10, (one, day) => (day < 2 ? one : toFahrenheit(one))),
    )
    assert.equal(explanation?.since, '2001-01-03T00:00:00.000Z')
    assert.ok((explanation?.explained ?? 0) >= 0.9)
  })

  test('a break in the middle of a bucket leaves that bucket aside', () => {
    let seen = 0
    const change = (one: Row) => (seen++ < 1_200 ? one : later(one, 5))
    const { explanation } = explain(days(7, 800, 11, change))
    assert.equal(explanation?.since, '2001-01-02T00:00:00.000Z')
  })

  test('small buckets are taken together until they can tell', () => {
    const { explanation } = explain(days(40, 60, 12, (one) => later(one, 5)))
    assert.equal(explanation?.kind, 'shift')
  })
})

describe('the world changed: no unit explains', () => {
  const drifted = (parts: Row[][], feature: string) => {
    const { explanation, moved } = explain(parts)
    assert.ok(moved.includes(feature), `${feature} did not move, the case is empty`)
    assert.equal(explanation, null)
  }

  test('twice as much of everything', () => drifted(days(7, 800, 20, times(2)), 'amount'))

  test('half as much of everything', () => drifted(days(7, 800, 21, times(0.5)), 'amount'))

  test('a warming by as much as a change to Fahrenheit would move it', () => {
    const warmer = ([hour, celsius, ...rest]: Row): Row => [hour, celsius + 44, ...rest]
    drifted(days(7, 800, 22, warmer), 'temperature')
  })

  test('a warming of a few degrees', () => {
    const warmer = ([hour, celsius, ...rest]: Row): Row => [hour, celsius + 6, ...rest]
    drifted(days(7, 800, 23, warmer), 'temperature')
  })

  test('people who travel later, but sleep at night as before', () => {
    const evening = ([hour, ...rest]: Row): Row => [hour < 12 ? hour + 8 : hour, ...rest]
    drifted(days(7, 800, 24, evening), 'hour')
  })

  test('a seasonal warming day by day, even when it ends as far away as another unit', () => {
    const season = ([hour, celsius, ...rest]: Row, day: number): Row => [
      hour,
      celsius * (1 + (0.8 * day) / 6) + (32 * day) / 6,
      ...rest,
    ]
    drifted(days(7, 800, 25, season), 'temperature')
  })

  test('a factor of a thousand that comes and goes', () => {
    const flicker = (one: Row, day: number) => (day % 2 === 0 ? one : times(1_000)(one))
    drifted(days(7, 800, 26, flicker), 'amount')
  })

  test('a flag that is simply set more often', () => {
    const next = mulberry32(27)
    const more = ([hour, temperature, amount, flag]: Row): Row => [
      hour,
      temperature,
      amount,
      flag || next() < 0.4,
    ]
    drifted(days(7, 800, 28, more), 'flag')
  })

  test('nothing at all', () => {
    for (let seed = 30; seed < 40; seed++)
      assert.equal(explain(days(7, 800, seed)).explanation, null)
  })
})

describe('categories in another spelling', () => {
  const plans = { plan: { type: 'categorical' } } as const
  const shop = (count: number, seed: number, names: readonly [string, string, string]) => {
    const next = mulberry32(seed)
    return Array.from({ length: count }, () => {
      const u = next()
      return [names[u < 0.5 ? 0 : u < 0.8 ? 1 : 2]]
    })
  }
  const known = ['Büro', 'free trial', 'pro'] as const
  const shops = referenceOf(plans, shop(10_000, 50, known))

  function explained(...days: [string, string, string][]) {
    const buckets = shops.bucketsOf(days.map((names, day) => shop(1_000, 60 + day, names)))
    const current = createProfile(shops.binning)
    for (const { profile } of buckets) mergeProfiles(current, profile)
    return scoreFeatures(shops.reference, current, [], buckets, { features: plans }).explanation
  }

  test('case, spaces and accents', () => {
    const found = explained(
      [...known],
      ['BURO', 'Free_Trial', 'PRO'],
      ['BURO', 'Free_Trial', 'PRO'],
    )
    assert.equal(found?.kind, 'rename')
    assert.equal(found.sentence, '"Büro" of plan is now written "BURO" and 2 more likewise')
    assert.equal(found.since, '2001-01-02T00:00:00.000Z')
  })

  test('UTF-8 that was read as Latin-1', () => {
    const broken = Buffer.from('Büro').toString('latin1')
    assert.match(explained([broken, known[1], known[2]])?.sentence ?? '', /now written "BÃ¼ro"$/)
  })

  test('a code that took over the mass of a name that is gone', () => {
    const found = explained([...known], ['P-17', known[1], known[2]])
    assert.equal(found?.sentence, '"Büro" of plan is now written "P-17"')
  })

  test('a new category beside the old ones is the world, not a spelling', () => {
    const shared = shop(3_000, 70, known).map((row, i) => (i % 4 === 0 ? ['team'] : row))
    const buckets = shops.bucketsOf([shared])
    const profile = buckets[0]!.profile
    assert.equal(
      scoreFeatures(shops.reference, profile, [], buckets, { features: plans }).explanation,
      null,
    )
  })
})
