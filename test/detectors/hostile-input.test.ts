import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DriftgateError } from '../../contracts/errors.ts'
import {
  compareWith,
  type Detector,
  detectors,
  type Sides,
  sidesOfCounts,
  sidesOfValues,
} from '../../detectors/index.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'
import { referenceOf } from '../support/profiles.ts'

const next = mulberry32(21)
const normals = (count: number, mean = 0) =>
  Array.from({ length: count }, () => normal(next, mean, 3))
const samples: Record<string, number[]> = {
  empty: [],
  'NaN only': [Number.NaN, Number.NaN],
  'infinite only': [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  'one value': [4],
  'two values': [4, 5],
  constant: Array(700).fill(7),
  'another constant': Array(700).fill(-7.5),
  zeros: Array(700).fill(0),
  'zeros and ones': Array.from({ length: 700 }, (_, i) => i % 2),
  normal: normals(700),
  'normal with holes': [...normals(600), Number.NaN, Number.POSITIVE_INFINITY, Number.NaN],
  'one far out': [...normals(699), 1e300],
  'far out on both ends': [...normals(600), 1.7e308, -1.7e308, 1e300, -1e300],
  'all far out': normals(700).map((x) => x * 1e300),
  'next to nothing': normals(700).map((x) => x * 1e-310),
}

/** A coded refusal, or a complete score of numbers. */
function holds(detector: Detector, sides: Sides, options: Record<string, unknown>, what: string) {
  let score: ReturnType<typeof compareWith>
  try {
    score = compareWith(detector, sides, options)
  } catch (error) {
    assert.ok(error instanceof DriftgateError, `${what}: ${error}`)
    assert.equal(error.code, 'DETECTOR_INPUT_INVALID', what)
    return
  }
  const [low, high] = score.effectInterval
  for (const [name, number] of Object.entries({ ...score, low, high })) {
    if (typeof number !== 'number') continue
    const isFinal = name === 'logP' || name === 'score' || name === 'bound'
    assert.ok(
      isFinal ? !Number.isNaN(number) : Number.isFinite(number),
      `${what}: ${name} ${number}`,
    )
  }
  assert.ok(low <= high, what)
  assert.ok(score.pValue === null || (score.pValue >= 0 && score.pValue <= 1), what)
  assert.equal(score.pValue === null, score.pValueAbsent !== undefined, what)
}

for (const detector of Object.values(detectors as Record<string, Detector>)) {
  if (detector.reads === 'categorical') continue
  test(`${detector.name} never says NaN, whatever the values are`, () => {
    for (const [before, reference] of Object.entries(samples)) {
      for (const [now, current] of Object.entries(samples)) {
        for (const options of detector.examples) {
          const what = `${before} against ${now} ${JSON.stringify(options)}`
          holds(detector, sidesOfValues('x', reference, current), options, what)
        }
      }
    }
  })

  if (detector.from === 'values') continue
  test(`${detector.name} never says NaN, whatever is counted in a profile`, () => {
    for (const [before, values] of Object.entries(samples)) {
      const { reference, profileOf } = referenceOf(
        { x: { type: 'numeric' } },
        values.map((value) => [value]),
      )
      for (const [now, others] of Object.entries(samples)) {
        const profile = profileOf(others.map((value) => [value]))
        for (const cells of ['quantiles', 'given'] as const) {
          const sides = sidesOfCounts(reference.features[0]!, profile.features[0]!, cells)
          for (const options of detector.examples) {
            holds(detector, sides, options, `${before} against ${now} ${cells}`)
          }
        }
      }
    }
  })
}
