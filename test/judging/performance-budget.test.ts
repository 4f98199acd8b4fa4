import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gammaQ } from '../../statistics/special.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import {
  hourMs,
  lifeStart,
  performanceLife,
  performanceLifeSettings,
  row,
} from '../support/performance-life.ts'

/** So many false alarms in 30 days of windows of an hour, that a short simulation sees some. */
const budget = 40
const rows = 150
const windows = 110

/**
 * Alarms in the windows of lives in which nothing changes, once everything is judged, and what the budget expects.
 * `varies`: what the rate of label 1 varies by between windows, beyond sampling; `errors`: in opposite directions at low
 * and high scores, so that it is the errors that vary.
 */
function withoutChange(
  lives: number,
  varies: number,
  { errors = false } = {},
): { alarms: number; expected: number } {
  const none = { loss: 0, error_stream: 0, calibration: 0, label_given_score: 0 }
  const learn = { labels: 2_000, windows: 24 }
  const settings = performanceLifeSettings(budget, {
    ...{ minimumLabels: 30, performance: { learn, minimumEffect: none } },
  })
  let [alarms, judged] = [0, 0]
  for (let one = 0; one < lives; one++) {
    const next = mulberry32(100 + one)
    const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next())
    const life = performanceLife(settings)
    for (let window = 0; window < windows; window++) {
      const shift = varies * normal()
      const { findings } = life.judge(
        window,
        Array.from({ length: rows }, (_, i) => {
          const score = next() < 0.5 ? 0.2 : 0.8
          const at = lifeStart + (window + i / rows) * hourMs
          const segments = [`region=${next() < 0.5 ? 'north' : 'south'}`]
          return row({
            at,
            segments,
            score,
            value: next() < score + (errors && score > 0.5 ? -shift : shift) ? 1 : 0,
          })
        }),
      )
      if (findings.some(({ rule, state }) => rule === 'calibration' && state === 'unavailable'))
        continue
      judged++
      alarms += findings.filter(({ state }) => state === 'alarm').length
    }
  }
  return { alarms, expected: (budget * judged) / 720 }
}

/** P of so many events, or more, where so many are expected (Poisson). */
const orMore = (events: number, expected: number): number =>
  events === 0 ? 1 : 1 - gammaQ(events, expected)

test('of independent rows, several segments, a window alarms at most as often as its share says, and at least 0.3 times', () => {
  const { alarms, expected } = withoutChange(6, 0)
  assert.ok(expected > 20)
  assert.ok(orMore(alarms, expected) > 0.001, `${alarms} alarms, ${expected} expected`)
  assert.ok(1 - orMore(alarms + 1, 0.3 * expected) > 0.001, `${alarms} of ${expected} expected`)
})

test('of windows that vary more than their rows do it alarms at most as often', () => {
  const { alarms, expected } = withoutChange(6, 0.05)
  assert.ok(orMore(alarms, expected) > 0.001, `${alarms} alarms, ${expected} expected`)
})

test('nor of windows whose errors vary more than their rows do, although worse ones vary most', () => {
  const { alarms, expected } = withoutChange(8, 0.05, { errors: true })
  assert.ok(orMore(alarms, expected) > 0.001, `${alarms} alarms, ${expected} expected`)
})
