import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { normalDraws } from '../../../bench/streams/draws.ts'
import { type InControl, streamingDetectors } from '../../../detectors/streaming/index.ts'
import { seedOf } from '../../../statistics/seeded-random.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

type Name = keyof typeof streamingDetectors

/** Alarms in `runs` streams of `values` values without a change, each of which begins anew. */
function alarmsOf(name: Name, options: object, truth: InControl, runs: number, values: number) {
  const detector = streamingDetectors[name]
  const uniform = mulberry32(seedOf(`${name} ${JSON.stringify(truth)}`))
  const normal = normalDraws(uniform)
  const draw =
    'rate' in truth
      ? () => (uniform() < truth.rate ? 1 : 0)
      : 'mean' in truth
        ? () => truth.mean + truth.sd * normal()
        : () => Number.NaN
  const before = JSON.stringify(detector.start(options as Record<string, unknown>))
  let alarms = 0
  for (let run = 0; run < runs; run++) {
    let state = JSON.parse(before)
    for (let i = 0; i < values; i++) {
      state = detector.step(state, draw())
      if (state.level === 'drift') alarms++
    }
  }
  return alarms
}

/** Simulated for long in `false-alarms.long.test.ts`: here few runs, at four of their own standard errors. */
const every = 200
const runs = 150
for (const name of ['cusum', 'page-hinkley', 'ewma', 'shewhart', 'ecdd', 'gma'] as const) {
  for (const inControl of [{ rate: 0.2 }, { rate: 0.05 }, { mean: 10, sd: 3 }] as const) {
    if (name === 'ecdd' && 'mean' in inControl) continue
    test(`${name} alarms ten times in ten times the values asked for, ${JSON.stringify(inControl)}`, () => {
      const detector = streamingDetectors[name]
      const { options, falseAlarms } = detector.setting({ falseAlarmEvery: every, inControl })
      const alarms = alarmsOf(name, options, inControl, runs, 10 * every)
      const expected = runs * 10
      assert.ok(Math.abs(falseAlarms!.achieved / every - 1) < 0.08, `${falseAlarms!.achieved}`)
      const off = Math.abs(alarms - (expected * every) / falseAlarms!.achieved)
      assert.ok(off < 4 * Math.sqrt(expected), `${alarms} alarms for ${expected}`)
    })
  }
}

for (const name of [
  'ddm',
  'eddm',
  'rddm',
  'hddm-a',
  'hddm-w',
  'fhddm',
  'stepd',
  'adwin',
  'bocd',
] as const) {
  test(`${name} alarms no more often than asked for, and says how often`, () => {
    const inControl = { rate: 0.2 }
    const asked = { falseAlarmEvery: 1_000, inControl }
    const { options, falseAlarms } = streamingDetectors[name].setting(asked)
    assert.ok(falseAlarms!.achieved >= 1_000)
    const expected = 300_000 / 1_000
    const alarms = alarmsOf(name, options, inControl, 30, 10_000)
    assert.ok(alarms < expected + 4 * Math.sqrt(expected), `${alarms} alarms for ${expected}`)
  })
}

test('kswin alarms no more often than asked for, whatever the law', () => {
  const asked = { falseAlarmEvery: 500, inControl: { mean: 5, sd: 2 } }
  const { options } = streamingDetectors.kswin.setting(asked)
  const alarms = alarmsOf('kswin', options, { mean: 5, sd: 2 }, 10, 5_000)
  assert.ok(alarms < 100 + 4 * Math.sqrt(100), `${alarms} alarms for 100`)
})

describe('a rate that was estimated', () => {
  test('widens the threshold, the more the fewer labels it came from', () => {
    const achieved = [undefined, 10_000, 1_000].map((labels) => {
      const inControl = { rate: 0.2, ...(labels && { labels }) }
      return streamingDetectors.cusum.setting({ falseAlarmEvery: 5_000, inControl }).falseAlarms!
        .achieved
    })
    const [known, many, few] = achieved as [number, number, number]
    assert.ok(known < 1.1 * 5_000 && many > 1.1 * 5_000 && few > 2 * many, String(achieved))
  })

  test('gives nine of ten users at least what they ask for', () => {
    // Run lengths at the true rate, exact: 40 users estimate it from 500 labels each.
    const uniform = mulberry32(9)
    const [truth, labels, wanted] = [0.2, 500, 500]
    let kept = 0
    for (let user = 0; user < 40; user++) {
      let errors = 0
      for (let i = 0; i < labels; i++) if (uniform() < truth) errors++
      const inControl = { rate: errors / labels, labels }
      const { options } = streamingDetectors.ewma.setting({ falseAlarmEvery: wanted, inControl })
      const alarms = alarmsOf('ewma', options, { rate: truth }, 4, 10 * wanted)
      if (alarms <= 4 * 10) kept++
    }
    // 36 are expected, and 4 runs a user blur a few of them.
    assert.ok(kept >= 30, `${kept} of 40`)
  })
})

test('a sample stands for its rate, or for its mean and deviation, and for its size', () => {
  const sample = Array.from({ length: 1_000 }, (_, i) => (i % 5 === 0 ? 1 : 0))
  const { cusum } = streamingDetectors
  const of = (inControl: object) => cusum.setting({ falseAlarmEvery: 1_000, inControl })
  assert.deepEqual(of({ sample }), of({ rate: 0.2, labels: 1_000 }))
  const numbers = sample.map((x, i) => x * 3 + (i % 7))
  assert.equal(of({ sample: numbers }).falseAlarms!.estimatedFrom, 1_000)
})

for (const [what, name, options] of [
  ['numbers for a detector of errors', 'ddm', { inControl: { mean: 0, sd: 1 } }],
  ['a rate beyond what was simulated', 'ddm', { inControl: { rate: 0.9 } }],
  ['a run length beyond what was simulated', 'stepd', { falseAlarmEvery: 1e9 }],
  ['an option that was not simulated', 'fhddm', { window: 50 }],
  ['falls of an error rate', 'cusum', { direction: 'both' }],
  [
    'a mean that is hardly known',
    'cusum',
    { inControl: { mean: 0, sd: 1, values: 31 }, shift: 0.1 },
  ],
] as const) {
  test(`${what} has no setting, and that is a coded error`, () => {
    const asked = { falseAlarmEvery: 1_000, inControl: { rate: 0.2 }, ...options }
    assert.throws(() => streamingDetectors[name].start(asked), {
      code: 'STREAM_FALSE_ALARMS_UNATTAINABLE',
    })
  })
}

test('false alarms and what is in control are asked for together', () => {
  for (const options of [{ falseAlarmEvery: 1_000 }, { inControl: { rate: 0.1 } }]) {
    assert.throws(() => streamingDetectors.cusum.start(options), { code: 'DETECTOR_INPUT_INVALID' })
  }
})
