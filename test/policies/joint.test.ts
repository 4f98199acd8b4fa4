import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeatureScores, JointScores, Score } from '../../contracts/report.ts'
import { levelsOf } from '../../policies/alarm.ts'
import { judge } from '../../policies/verdict.ts'

const score = (pValue: number, effect: number): Score => ({
  detector: 'mmd',
  definition: 1,
  options: {},
  score: effect,
  effect,
  effectInterval: [effect - 0.05, effect + 0.05],
  pValue,
  n: { reference: 1_000, current: 1_000 },
  cells: 0,
})

const feature: FeatureScores = {
  feature: 'x',
  kind: 'numeric',
  primary: score(0.5, 0),
  rules: [{ score: score(0.5, 0), minimumEffect: 0.1 }],
  others: [],
  minimumEffect: 0.1,
  distribution: { labels: [], reference: [], current: [] },
  sentence: '',
}

const joint = (of: Partial<JointScores>): JointScores => ({
  detector: 'mmd',
  score: score(1e-9, 0.4),
  details: {},
  decides: true,
  minimumEffect: 0.06,
  sentence: 'told apart',
  ...of,
})

const judged = (...asked: JointScores[]) =>
  judge({
    features: [feature],
    joint: asked,
    explanation: null,
    rows: { good: 5_000, bad: 0, lost: 0 },
    emptyWindows: 0,
    settings: {
      significance: 0.003,
      minimumRows: 100,
      maximumBadShare: 0.1,
      staleAfterWindows: 2,
    },
  })

test('a row detector that decides takes the share of one test, one that describes takes none', () => {
  const asked = [joint({}), joint({ decides: false })]
  assert.equal(levelsOf([feature], { significance: 0.003 }, asked).test, 0.00135)
  assert.equal(judged(...asked).joint?.[0]?.level, 0.00135)
})

test('it takes its share where it could not be asked as well, which is fixed beforehand', () => {
  const { joint: reports, features, verdict } = judged(joint({ score: null }))
  assert.equal(reports?.[0]?.state, 'unavailable')
  assert.deepEqual([features[0]?.level, verdict], [0.00135, 'NO_DRIFT'])
})

test('what no feature shows on its own is drift, and the headline says by what', () => {
  const { verdict, headline, joint: reports } = judged(joint({}))
  assert.equal(verdict, 'DRIFT')
  assert.equal(reports?.[0]?.state, 'drifted')
  assert.match(headline, /together.*told apart; mmd effect 0\.4, at least 0\.35 > 0\.06/)
})

test('an effect that may not matter, or a p-value above the share, raises no alarm', () => {
  assert.equal(judged(joint({ score: score(1e-9, 0.1) })).joint?.[0]?.state, 'watch')
  assert.equal(judged(joint({ score: score(0.0014, 0.4) })).verdict, 'NO_DRIFT')
  assert.equal(judged(joint({ score: score(0.0013, 0.4) })).verdict, 'DRIFT')
})

test('one that only describes never decides', () => {
  const { verdict, joint: reports } = judged(joint({ decides: false }))
  assert.deepEqual([verdict, reports?.[0]?.state], ['NO_DRIFT', 'watch'])
})

test('without row detectors the report has no such section', () => {
  const { features } = judged()
  assert.equal(features.length, 1)
  const none = judge({
    features: [feature],
    explanation: null,
    rows: { good: 5_000, bad: 0, lost: 0 },
    emptyWindows: 0,
    settings: { significance: 0.003, minimumRows: 1, maximumBadShare: 1, staleAfterWindows: 2 },
  })
  assert.equal('joint' in none, false)
})
