import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Explanation, FeatureScores, Score } from '../../contracts/report.ts'
import { featureReportSchema } from '../../contracts/report.ts'
import { twoDigits } from '../../contracts/two-digits.ts'
import type { LookHistory } from '../../policies/history.ts'
import { type JudgeInput, judge } from '../../policies/verdict.ts'

const score = (change: Partial<Score> = {}): Score => ({
  detector: 'ks',
  definition: 1,
  options: {},
  score: 0.02,
  effect: 0.02,
  effectInterval: [0, 0.04],
  pValue: 0.4,
  law: { chance: 0.0074, factor: 13, error: 0.0074, margin: 0.026, most: 1 },
  n: { reference: 50_000, current: 5_000 },
  cells: 257,
  ...change,
})

const moved = score({ effect: 0.4, effectInterval: [0.38, 0.42], pValue: 1e-200 })
const significant = score({ effect: 0.03, effectInterval: [0.01, 0.04], pValue: 1e-9 })
const unsure = score({ effect: 0.11, effectInterval: [0.08, 0.14], pValue: 1e-9 })
const calmRule = { score: score({ detector: 'missing-rate', effect: 0 }), minimumEffect: 0.05 }
const flood = {
  score: score({ detector: 'missing-rate', effect: 0.3, effectInterval: [0.27, 0.33], pValue: 0 }),
  minimumEffect: 0.05,
}

const feature = (name: string, change: Partial<FeatureScores> = {}): FeatureScores => ({
  feature: name,
  kind: 'numeric',
  primary: score(),
  rules: [calmRule],
  others: [],
  minimumEffect: 0.1,
  distribution: { labels: [], reference: [], current: [] },
  sentence: 'median 14 -> 19',
  ...change,
})

const input = (features: FeatureScores[], change: Partial<JudgeInput> = {}): JudgeInput => ({
  features,
  explanation: null,
  rows: { good: 5_000, bad: 0, lost: 0 },
  emptyWindows: 0,
  settings: { significance: 0.001, minimumRows: 500, maximumBadShare: 0.1, staleAfterWindows: 2 },
  ...change,
})

const explanation: Explanation = {
  feature: 'hour',
  kind: 'shift',
  sentence: 'every hour is 5 later, modulo 24',
  explained: 0.97,
  residual: 0.01,
  since: '2001-04-02T00:00:00.000Z',
}

/** A chi-square statistic of two degrees, so many times as large as sampling makes it. */
const scaled = (factor: number, windows: number, effective: number) => ({
  factor,
  variance: 4 * factor ** 2,
  degrees: 2,
  own: 1,
  windows,
  effective,
})

describe('history', () => {
  const varies = (factor: number): LookHistory => ({
    of: () => scaled(factor, 50, 50),
  })
  const [loud, calm] = [varies(200), varies(1)]

  test('a window that is no further out than accepted ones are is no drift', () => {
    const features = [feature('amount', { primary: moved })]
    assert.equal(judge(input(features)).verdict, 'DRIFT')
    assert.equal(judge(input(features, { history: calm })).verdict, 'DRIFT')
    const verdict = judge(input(features, { history: loud }))
    assert.equal(verdict.verdict, 'NO_DRIFT')
    assert.equal(verdict.features[0]?.state, 'ok')
    assert.equal(verdict.features[0]?.primary.prediction?.dispersion, 200)
  })

  test('rules and longer spans are held against it too', () => {
    const flooded = [feature('amount', { rules: [flood] })]
    assert.equal(judge(input(flooded)).verdict, 'DATA_QUALITY')
    assert.equal(judge(input(flooded, { history: loud })).verdict, 'NO_DRIFT')
    const span = {
      windows: 24,
      significance: 0.001,
      features: [feature('amount', { primary: moved })],
    }
    const quiet = [feature('amount')]
    assert.equal(judge(input(quiet, { longer: [span] })).verdict, 'DRIFT')
    assert.equal(judge(input(quiet, { longer: [{ ...span, history: loud }] })).verdict, 'NO_DRIFT')
  })
})

describe('drift', () => {
  test('needs significance and an effect whose lower bound matters', () => {
    assert.equal(judge(input([feature('a', { primary: moved })])).verdict, 'DRIFT')
    assert.equal(judge(input([feature('a', { primary: significant })])).verdict, 'NO_DRIFT')
    assert.equal(judge(input([feature('a', { primary: unsure })])).verdict, 'NO_DRIFT')
    const large = score({ effect: 0.4, effectInterval: [0.2, 0.6], pValue: 0.01 })
    assert.equal(judge(input([feature('a', { primary: large })])).verdict, 'NO_DRIFT')
  })

  test('never follows from a score without a p-value, however large', () => {
    const primary = { ...moved, pValue: null, pValueAbsent: 'no law is known' }
    assert.equal(judge(input([feature('a', { primary })])).verdict, 'NO_DRIFT')
  })

  test('is decided by the primary test alone: other scores describe', () => {
    assert.equal(judge(input([feature('a', { others: [moved] })])).verdict, 'NO_DRIFT')
  })

  test('tests share nine tenths of the level, rules the rest', () => {
    const at = (pValue: number, count: number) => {
      const first = feature('a', { primary: { ...moved, pValue } })
      return judge(input([first, ...Array.from({ length: count - 1 }, (_, i) => feature(`b${i}`))]))
    }
    // A test and a rule for each feature.
    assert.equal(at(0.0009, 1).verdict, 'DRIFT')
    assert.equal(at(0.0009, 2).verdict, 'NO_DRIFT')
    assert.equal(at(0.00045, 2).verdict, 'DRIFT')
    assert.ok(Math.abs((at(0.00045, 2).features[0]?.level ?? 0) - 0.00045) < 1e-12)
    const ruled = (pValue: number) => {
      const rule = { ...flood, score: { ...flood.score, pValue } }
      return judge(input([feature('a', { rules: [rule] }), feature('b')])).verdict
    }
    assert.equal(ruled(0.000049), 'DATA_QUALITY')
    assert.equal(ruled(0.000051), 'NO_DRIFT')
    const alone = judge(input([feature('a', { primary: moved, rules: [] })]))
    assert.equal(alone.features[0]?.level, 0.001, 'without rules the tests have all of it')
  })

  test('lists the worst first and says how each feature stands', () => {
    const { features, headline } = judge(
      input([
        feature('calm'),
        feature('watched', { primary: unsure }),
        feature('x', { primary: moved }),
      ]),
    )
    for (const one of features) featureReportSchema.parse(one)
    assert.deepEqual(
      features.map(({ feature, state }) => `${feature} ${state}`),
      ['x drifted', 'watched watch', 'calm ok'],
    )
    assert.equal(headline, 'x drifted: median 14 -> 19; ks effect 0.4, at least 0.38 > 0.1')
  })
})

test('several drifted features are counted, and the worst is named', () => {
  const { headline } = judge(
    input([feature('a', { primary: moved }), feature('b', { primary: moved }), feature('c')]),
  )
  assert.match(
    headline,
    /^2 of 3 features drifted, most of all a \(50 % of the drift\): median 14 -> 19; ks effect 0\.4/,
  )
})

describe('no drift', () => {
  test('quotes the upper bound of the largest effect beside the p-value, and what could have stayed unseen', () => {
    const { headline } = judge(input([feature('origin', { primary: significant }), feature('b')]))
    assert.equal(
      headline,
      '1 feature differs significantly, none by enough to matter: origin has effect 0.03, at most 0.04, p 1e-9; 0.1 matters; a change of origin below 0.13 could have stayed unseen',
    )
  })

  test('quotes the p-value that counts where windows are known to vary', () => {
    const varies: LookHistory = {
      of: () => scaled(1.5, 200, 200),
    }
    const { features, headline } = judge(
      input([feature('origin', { primary: significant })], { history: varies }),
    )
    const counted = features[0]?.primary.prediction?.pValue ?? 0
    assert.ok(counted > 1e-7 && counted < 1e-4, `${counted}`)
    assert.match(headline, new RegExp(`, p ${twoDigits(counted)}; 0\\.1 matters`))
  })

  test('says so when nothing at all is significant', () => {
    assert.match(
      judge(input([feature('a')])).headline,
      /^nothing significant at 0\.0009; .* at most 0\.04/,
    )
  })
})

describe('data quality', () => {
  test('a flood of missing values is no drift', () => {
    const { verdict, headline } = judge(
      input([feature('a', { primary: moved, rules: [flood] }), feature('b')]),
    )
    assert.equal(verdict, 'DATA_QUALITY')
    assert.match(headline, /^the input of a is broken: .* do not retrain$/)
  })

  test('a column of another type makes many records unreadable, a few dirty ones do not', () => {
    const bad = (count: number) =>
      judge(input([feature('a')], { rows: { good: 5_000, bad: count, lost: 0 } }))
    assert.equal(bad(500).verdict, 'NO_DRIFT')
    assert.equal(bad(1_000).verdict, 'DATA_QUALITY')
    assert.match(bad(1_000).headline, /^17 % of the records cannot be read, 10 % are tolerated/)
    const all = judge(input([feature('a')], { rows: { good: 0, bad: 5_000, lost: 0 } }))
    assert.equal(all.verdict, 'DATA_QUALITY')
  })

  test('a feature that holds another type is broken, whatever its values look like; few rows are no verdict', () => {
    const typeBreaks = [{ feature: 'a', sentence: 'half of the rows hold no number' }]
    const found = judge(input([feature('a', { primary: moved }), feature('b')], { typeBreaks }))
    assert.equal(found.verdict, 'DATA_QUALITY')
    assert.match(found.headline, /^the type of a has changed: half .* do not retrain$/)
    const few = judge(input([feature('a')], { typeBreaks, rows: { good: 3, bad: 0, lost: 0 } }))
    assert.equal(few.verdict, 'INSUFFICIENT_DATA')
  })

  test('a change of units is told before drift', () => {
    const result = judge(input([feature('hour', { primary: moved })], { explanation }))
    assert.equal(result.verdict, 'DATA_QUALITY')
    assert.deepEqual(result.explanation, explanation)
    assert.equal(
      result.headline,
      'upstream changed its units: every hour is 5 later, modulo 24 explains 97 % of the change; fix the feed, do not retrain',
    )
  })

  test('an explanation of a feature that did not drift is dropped', () => {
    const result = judge(input([feature('hour', { primary: unsure })], { explanation }))
    assert.equal(result.verdict, 'NO_DRIFT')
    assert.equal(result.explanation, null)
  })
})

describe('no verdict', () => {
  const drifted = [feature('a', { primary: moved, rules: [flood] })]

  test('lost records come before everything', () => {
    const { verdict, headline } = judge(input(drifted, { rows: { good: 5_000, bad: 0, lost: 7 } }))
    assert.equal(verdict, 'INCOMPLETE_WINDOW')
    assert.match(headline, /^7 records/)
  })

  test('few rows are no verdict, not "no drift"', () => {
    const { verdict } = judge(input(drifted, { rows: { good: 499, bad: 0, lost: 0 } }))
    assert.equal(verdict, 'INSUFFICIENT_DATA')
  })

  test('no rows for several windows are stale', () => {
    const empty = { rows: { good: 0, bad: 0, lost: 0 } }
    assert.equal(judge(input([], { ...empty, emptyWindows: 1 })).verdict, 'INSUFFICIENT_DATA')
    assert.equal(judge(input([], { ...empty, emptyWindows: 2 })).verdict, 'STALE')
  })
})

test('the same evidence gives the same bytes', () => {
  const one = input([feature('b', { primary: unsure }), feature('a', { primary: unsure })])
  assert.equal(JSON.stringify(judge(one)), JSON.stringify(judge(structuredClone(one))))
})

describe('longer spans and segments', () => {
  const longer = (primary: Score) => [
    { windows: 24, significance: 0.01, features: [feature('a', { primary })] },
  ]

  test('a small change that lasts is drift over the span that shows it', () => {
    const { verdict, features, headline } = judge(input([feature('a')], { longer: longer(moved) }))
    assert.equal(verdict, 'DRIFT')
    assert.equal(features.length, 1)
    assert.equal(features[0]?.windows, 24)
    assert.match(headline, /^a drifted over the last 24 windows: /)
  })

  test('each look has a level of its own, of which rules take nothing in a span', () => {
    const weak = { ...moved, pValue: 0.009 }
    assert.equal(judge(input([feature('a', { primary: weak })])).verdict, 'NO_DRIFT')
    const { verdict, features } = judge(input([feature('a')], { longer: longer(weak) }))
    assert.equal(verdict, 'DRIFT')
    assert.equal(features[0]?.level, 0.01)
  })

  test('a window with too few rows may still end a span with enough', () => {
    const few = { rows: { good: 10, bad: 0, lost: 0 } }
    assert.equal(judge(input([feature('a')], few)).verdict, 'INSUFFICIENT_DATA')
    const seen = judge(input([feature('a')], { ...few, longer: longer(moved) }))
    assert.equal(seen.verdict, 'DRIFT')
  })

  test('broken input of the window itself is told before a span that drifted', () => {
    const broken = [feature('a', { rules: [flood] })]
    assert.equal(judge(input(broken, { longer: longer(moved) })).verdict, 'DATA_QUALITY')
  })

  test('a segment takes its share of the level and is named', () => {
    const segment = { ...feature('a', { primary: moved, rules: [] }), segment: 'country=DE' }
    const { features, headline } = judge(input([feature('a'), segment]))
    assert.ok(Math.abs((features[0]?.level ?? 0) - 0.00045) < 1e-12)
    assert.match(headline, /^a in country=DE drifted: /)
  })
})

describe('what explains a drift', () => {
  const large = (effect: number, change: Partial<Score> = {}) =>
    score({ effect, effectInterval: [effect - 0.02, effect + 0.02], pValue: 1e-200, ...change })
  const causes = (features: FeatureScores[]) =>
    judge(input(features)).features.map(({ feature, segment, cause }) => [
      segment ?? feature,
      cause === null ? null : Number(cause.toFixed(3)),
    ])

  test('is shared by effect, each in the smallest that matters to it', () => {
    const features = [
      feature('a', { primary: large(0.2) }),
      feature('calm'),
      feature('b', { primary: large(0.4), minimumEffect: 0.05 }),
    ]
    // 2 and 8 times what matters.
    assert.deepEqual(causes(features), [
      ['b', 0.8],
      ['a', 0.2],
      ['calm', null],
    ])
    assert.match(judge(input(features)).headline, /most of all b \(80 % of the drift\): /)
  })

  test('counts a segment by the rows it holds', () => {
    const n = { reference: 50_000, current: 500 }
    const segment = feature('a', { segment: 'country=DE', rules: [], primary: large(0.4, { n }) })
    assert.deepEqual(causes([segment, feature('b', { primary: large(0.4) })]), [
      ['b', 0.909],
      ['country=DE', 0.091],
    ])
  })

  test('counts a feature by its importance for the model', () => {
    const features = [
      feature('a', { primary: large(0.8), importance: 0.1 }),
      feature('b', { primary: large(0.2) }),
    ]
    assert.deepEqual(causes(features), [
      ['b', 0.714],
      ['a', 0.286],
    ])
    assert.equal(judge(input(features)).features[1]?.importance, 0.1)
    const useless = features.map((one) => ({ ...one, importance: 0 }))
    assert.deepEqual(
      causes(useless).map(([, cause]) => cause),
      [0.5, 0.5],
    )
  })

  test('one feature stands for all of it, and the headline need not say so', () => {
    const { features, headline } = judge(input([feature('a', { primary: moved }), feature('b')]))
    assert.equal(features[0]?.cause, 1)
    assert.doesNotMatch(headline, /of the drift/)
  })
})

test('the headline of no drift names the segment and the span of the largest effect', () => {
  const primary = score({ effect: 0.09, effectInterval: [0.05, 0.12] })
  const segment = feature('a', { segment: 'country=DE', rules: [], primary })
  assert.match(
    judge(input([segment, feature('b')])).headline,
    /the largest effect, a in country=DE, /,
  )
})

describe('what could have been seen', () => {
  const primary = score()

  test('is quoted where the law of the effect is known, in the unit of the smallest that matters', () => {
    const unknown = score({ pValue: null, pValueAbsent: 'no law is known' })
    const { law: _, ...silent } = score()
    const { features, headline } = judge(
      input([
        feature('a', { primary }),
        feature('b', { primary: unknown }),
        feature('c', { primary: silent }),
      ]),
    )
    const [a, b, c] = features
    assert.match(headline, /; a change of a below 0\.13 could have stayed unseen$/)
    const alone = judge(input([feature('c', { primary: silent })]))
    assert.match(alone.headline, /is at most 0\.04$/)
    // 0.1 has to be surely exceeded: 0.1 + 0.026 + 0.84 x 0.0074.
    assert.equal(a?.detectable?.toFixed(4), '0.1322')
    assert.deepEqual([b?.detectable, c?.detectable], [null, null])
    featureReportSchema.parse(a)
  })

  test('grows where accepted windows vary', () => {
    const history: LookHistory = {
      of: () => scaled(40, 90, 60),
    }
    const seen = (change: Partial<JudgeInput>) =>
      judge(input([feature('a', { primary })], change)).features[0]?.detectable ?? 0
    assert.ok(seen({ history }) > 1.5 * seen({}), `${seen({ history })}`)
    const designEffect = 20
    const clustered = { settings: { ...input([]).settings, designEffect } }
    assert.ok(seen(clustered) > 1.1 * seen({}))
  })
})
