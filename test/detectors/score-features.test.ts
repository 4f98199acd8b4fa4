import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { FeatureSettings } from '../../contracts/config.ts'
import { distributionSchema } from '../../contracts/report.ts'
import { scoreFeatures } from '../../detectors/score-features.ts'
import { mulberry32, normal, shuffle } from '../support/mulberry32.ts'
import { type Rows, referenceOf } from '../support/profiles.ts'

const features: Record<string, FeatureSettings> = {
  amount: { type: 'numeric' },
  size: { type: 'numeric', detector: 'chi-square', minimumEffect: 0.2 },
  city: { type: 'categorical' },
  member: { type: 'boolean' },
}

function rows(count: number, seed: number, cities = 300): Rows {
  const next = mulberry32(seed)
  return Array.from({ length: count }, () => [
    normal(next, 100, 20),
    Math.floor(next() * 5),
    `c${Math.floor(next() * next() * cities)}`,
    next() < 0.3,
  ])
}

const model = referenceOf(features, rows(10_000, 1))
const score = (list: Rows) =>
  scoreFeatures(model.reference, model.profileOf(list), model.sampleOf(list), [], { features })

test('every feature of the binning is scored in its order, the score of the model last', () => {
  const { features: scored, definitions } = score(rows(2_000, 2))
  assert.deepEqual(
    scored.map(({ feature, primary }) => `${feature} ${primary.detector}`),
    [
      'amount combined',
      'size chi-square',
      'city combined-categories',
      'member combined-categories',
      '(score) combined',
    ],
  )
  assert.equal(scored[1]?.minimumEffect, 0.2)
  assert.equal(scored[0]?.minimumEffect, 0.1)
  assert.equal(definitions['combined'], 5)
})

test('the rules are those of data quality, and what describes does not repeat the primary test', () => {
  const { features: scored } = score(rows(2_000, 2))
  assert.deepEqual(
    scored.map(({ rules }) => rules.map((rule) => rule.score.detector).join(' ')),
    [
      'missing-rate constant-column',
      'missing-rate constant-column',
      'missing-rate constant-column',
      'missing-rate constant-column',
      'missing-rate constant-column',
    ],
  )
  for (const { primary, others } of scored) {
    assert.ok(others.every(({ detector }) => detector !== primary.detector))
  }
})

test('the order of rows changes nothing, down to the last digit', () => {
  const list = rows(2_000, 3)
  const again = shuffle([...list], mulberry32(4))
  const withoutSample = (some: Rows) =>
    canonicalJson(scoreFeatures(model.reference, model.profileOf(some), [], [], { features }))
  assert.equal(withoutSample(list), withoutSample(again))
})

test('pictures have at most 24 bars and hold every row, with 300 categories as well', () => {
  for (const { distribution, feature } of score(rows(2_000, 5, 400)).features) {
    distributionSchema.parse(distribution)
    assert.ok(distribution.labels.length <= 24)
    assert.equal(distribution.current.length, distribution.labels.length)
    const held = distribution.current.reduce((sum, count) => sum + count, 0)
    assert.ok(Math.abs(held - 2_000) < 0.1, `${feature} shows ${held} rows`)
  }
})

test('sentences say what changed', () => {
  const list = rows(2_000, 6).map(([amount, size, , member], i) => [
    i % 25 === 0 ? null : (amount as number) + 50,
    size!,
    'elsewhere',
    member!,
  ])
  const [amount, , city] = score(list).features
  assert.match(amount!.sentence, /^median 99\.95 -> 150\.3, missing 0\.0 % -> 4\.0 %$/)
  assert.match(city!.sentence, /100\.0 % unseen \(such as "elsewhere"\)$/)
})

test('a change of spread alone is told by the middle half of the values', () => {
  const list = rows(2_000, 6).map(([amount, ...rest]) => [
    100 + 3 * ((amount as number) - 100),
    ...rest,
  ]) as Rows
  const [amount] = score(list).features
  assert.match(amount!.sentence, /^middle half 86\.\d* to 113\.\d* -> 5\d\.\d* to 139\.\d*$/)
})

test('an empty window gives scores without p-values, never an exception or NaN', () => {
  const { features: scored, explanation } = score([])
  assert.equal(explanation, null)
  for (const { primary, rules } of scored) {
    assert.equal(primary.pValue, null)
    assert.ok(primary.pValueAbsent !== undefined)
    assert.deepEqual(rules, [])
  }
})

test('a column that is missing altogether is left to the missing-rate rule', () => {
  const [amount] = score(rows(2_000, 7).map(([, ...rest]) => [null, ...rest])).features
  assert.equal(amount?.primary.pValue, null)
  assert.equal(amount?.rules[0]?.score.effect, 1)
})

test('a detector that cannot decide is refused with a code', () => {
  const list = model.profileOf(rows(600, 8))
  for (const detector of ['unseen-categories', 'missing-rate', 'unknown']) {
    const wrong = { ...features, amount: { type: 'numeric', detector } as const }
    assert.throws(() => scoreFeatures(model.reference, list, [], [], { features: wrong }), {
      code: 'DETECTOR_INPUT_INVALID',
    })
  }
})
