import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  atMost,
  estimatedAndRealised,
  fitted,
  judgedSettings,
  type WorldRow,
} from '../../support/estimate-worlds.ts'
import { mulberry32, normal } from '../../support/mulberry32.ts'

const settings = judgedSettings()
const features = [{ name: 'x' }]

interface Shape {
  /** Mean and deviation of the inputs. */
  readonly centre?: number
  readonly spread?: number
  /** How far the logit of the truth is from that of the score. */
  readonly wrong?: number
}

function draw(
  rows: number,
  next: () => number,
  { centre = 0, spread = 1, wrong = 0.4 }: Shape = {},
) {
  return Array.from({ length: rows }, (_, i): WorldRow => {
    const x = normal(next, centre, spread)
    const logistic = (logit: number) => 1 / (1 + Math.exp(-logit))
    const score = logistic(1.5 * x - 1)
    const label = next() < logistic(1.5 * x - 1 + wrong) ? 1 : 0
    return { id: `r${i}-${next()}`, score, label, values: [x] }
  })
}

/** How often each rule is significant at 5 %, and how often realised metrics lie in the interval of the estimate. */
function simulate(seed: number, now: Shape, trials = 80) {
  const next = mulberry32(seed)
  const found = { estimate: 0, gap: 0, alarms: 0, held: { accuracy: 0, brier: 0, roc_auc: 0 } }
  for (let trial = 0; trial < trials; trial++) {
    const estimator = fitted(draw(800, next), features, settings)
    const rows = draw(600, next, now)
    const lookForShift = now.centre !== undefined
    const { part, measured, ...said } = estimatedAndRealised(rows, estimator, settings, {
      lookForShift,
    })
    if ((said.estimate.p ?? 1) <= 0.05) found.estimate++
    if ((said.gap.p ?? 1) <= 0.05) found.gap++
    if (said.gap.state === 'alarm') found.alarms++
    for (const name of ['accuracy', 'brier', 'roc_auc'] as const) {
      const value = measured.metrics.find((metric) => metric.name === name)?.value ?? -1
      const { low, high } = part.metrics.find((metric) => metric.name === name) ?? {}
      if ((low ?? 2) <= value && value <= (high ?? -2)) found.held[name]++
    }
  }
  const most = atMost(trials, 0.05)
  return { ...found, trials, most }
}

test('without a change neither the estimate nor the gap is significant more often than its level says', () => {
  const { trials, most, ...found } = simulate(81, {})
  assert.ok(found.estimate <= most, `estimate ${found.estimate}`)
  assert.ok(found.gap <= most, `gap ${found.gap}`)
  for (const [name, held] of Object.entries(found.held)) {
    assert.ok(trials - held <= most, `${name} lies ${held} times in its interval`)
  }
})

test('other inputs with the same labels for each: the estimate moves, labels agree with it, the gap is quiet', () => {
  const { trials, most, ...found } = simulate(82, { centre: 0.6, spread: 0.4 }, 40)
  assert.ok(found.estimate > 0.9 * trials, `estimate ${found.estimate}`)
  assert.ok(found.gap <= most, `gap ${found.gap}`)
  for (const [name, held] of Object.entries(found.held)) {
    assert.ok(trials - held <= most, `${name} lies ${held} times in its interval`)
  }
})

test('the same inputs with other labels: the estimate is quiet, as it has to be, and the gap alarms', () => {
  const { trials, most, ...found } = simulate(83, { wrong: 1.6 })
  assert.ok(found.estimate <= most, `estimate ${found.estimate}`)
  assert.ok(found.alarms > 0.95 * trials, `gap alarms ${found.alarms}`)
})

test('an alarm of the gap names direction and size', () => {
  const next = mulberry32(84)
  const named = judgedSettings({ positive: '1' })
  const estimator = fitted(draw(2_000, next), features, named)
  const { gap } = estimatedAndRealised(draw(2_000, next, { wrong: 1.6 }), estimator, named)
  assert.equal(gap.state, 'alarm')
  assert.match(gap.sentence, /^5\d(\.\d)? % 1 seen where 3\d(\.\d)? % were estimated \(p /)
})
