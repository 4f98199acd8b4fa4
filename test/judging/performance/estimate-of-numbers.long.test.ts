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

const settings = judgedSettings({ task: 'regression' })
const features = [{ name: 'x' }, { name: 'kind', categories: [] }]

interface Shape {
  /** Share of rows that are hard to foretell. */
  readonly hard?: number
  /** Times the errors. */
  readonly worse?: number
}

function draw(rows: number, next: () => number, { hard = 0.3, worse = 1 }: Shape = {}) {
  return Array.from({ length: rows }, (_, i): WorldRow => {
    const isHard = next() < hard
    const x = normal(next)
    const score = 20 + 3 * x
    const label = score + worse * normal(next) * (isHard ? 4 : 1)
    return { id: `r${i}-${next()}`, score, label, values: [x, isHard ? 'hard' : 'easy'] }
  })
}

const trials = 60

function simulate(seed: number, now: Shape) {
  const next = mulberry32(seed)
  const found = { estimate: 0, gap: 0, alarms: 0, held: { mae: 0, rmse: 0 } }
  for (let trial = 0; trial < trials; trial++) {
    const estimator = fitted(draw(400, next), features, settings)
    const rows = draw(400, next, now)
    const lookForShift = now.hard !== undefined
    const { part, measured, ...said } = estimatedAndRealised(rows, estimator, settings, {
      lookForShift,
    })
    if ((said.estimate.p ?? 1) <= 0.05) found.estimate++
    if ((said.gap.p ?? 1) <= 0.05) found.gap++
    if (said.gap.state === 'alarm') found.alarms++
    for (const name of ['mae', 'rmse'] as const) {
      const value = measured.metrics.find((metric) => metric.name === name)?.value ?? -1
      const { low, high } = part.metrics.find((metric) => metric.name === name) ?? {}
      if ((low ?? 2) <= value && value <= (high ?? -2)) found.held[name]++
    }
  }
  return found
}

const most = atMost(trials, 0.05)

test('without a change neither the estimate nor the gap is significant more often than its level says', () => {
  const found = simulate(91, {})
  assert.ok(found.estimate <= most, `estimate ${found.estimate}`)
  assert.ok(found.gap <= most, `gap ${found.gap}`)
  for (const [name, held] of Object.entries(found.held)) {
    assert.ok(trials - held <= most, `${name} lies ${held} times in its interval`)
  }
})

test('more rows that are hard: the estimate moves, labels agree with it, the gap is quiet', () => {
  const found = simulate(92, { hard: 0.8 })
  assert.ok(found.estimate > 0.9 * trials, `estimate ${found.estimate}`)
  assert.ok(found.gap <= most, `gap ${found.gap}`)
  for (const [name, held] of Object.entries(found.held)) {
    assert.ok(trials - held <= most, `${name} lies ${held} times in its interval`)
  }
})

test('the same inputs and larger errors: the estimate is quiet, as it has to be, and the gap alarms', () => {
  const found = simulate(93, { worse: 1.6 })
  assert.ok(found.estimate <= most, `estimate ${found.estimate}`)
  assert.ok(found.alarms > 0.95 * trials, `gap alarms ${found.alarms}`)
})
