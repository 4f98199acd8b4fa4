import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { FeatureSettings } from '../../contracts/config.ts'
import { scoreSchema } from '../../contracts/report.ts'
import {
  compareWith,
  type Detector,
  detectors,
  type Sides,
  sidesOfCategories,
  sidesOfCounts,
  sidesOfValues,
} from '../../detectors/index.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'
import { type Rows, referenceOf } from '../support/profiles.ts'

const features: Record<string, FeatureSettings> = {
  amount: { type: 'numeric' },
  hour: { type: 'numeric', cycle: 24 },
  plan: { type: 'categorical' },
  constant: { type: 'numeric' },
  member: { type: 'boolean' },
}

function rows(count: number, seed: number, shift = 0): Rows {
  const next = mulberry32(seed)
  return Array.from({ length: count }, (_, i) => [
    next() < 0.01 + shift / 10 ? null : normal(next, 100 + shift * 100, 30 * (1 + shift)),
    Math.floor(next() * 24 * (1 - shift / 2)),
    next() < 0.5 - shift / 2 ? 'basic' : next() < 0.6 ? 'pro' : shift > 0 ? 'new' : 'team',
    7,
    i % 10 < 3 + 4 * shift,
  ])
}

const before = rows(10_000, 1)
const { reference, profileOf } = referenceOf(features, before)
const outliers: Rows = [
  ...rows(500, 4),
  ...Array.from({ length: 500 }, (_, i) => [
    i % 2 === 0 ? 1e300 : Number.NaN,
    i % 24,
    `c${i}`,
    7,
    i % 3 === 0,
  ]),
]
const stuck = rows(2_000, 5).map(() => before[0]!)
const windows = {
  same: rows(2_000, 2),
  moved: rows(2_000, 3, 0.5),
  outliers,
  stuck,
  itself: before,
}
type Window = keyof typeof windows | 'nothing'

/** Both sides of a feature as a profile's counts and as raw values: what a detector may be handed. */
function sidesIn(detector: Detector, window: Window, from = before): Sides[] {
  const list = window === 'nothing' ? [] : windows[window]
  const left = from.length === 0 ? profileOf([]) : reference
  const right = profileOf(list)
  return Object.values(features).flatMap(({ type }, i) => {
    const name = Object.keys(features)[i]!
    const counted = sidesOfCounts(left.features[i]!, right.features[i]!)
    const raw =
      type === 'numeric'
        ? sidesOfValues(name, numbers(from, i), numbers(list, i))
        : sidesOfCategories(name, column(from, i), column(list, i))
    if (detector.reads !== 'any' && detector.reads !== counted.kind) return []
    return detector.from === 'values' && counted.kind === 'numeric' ? [raw] : [counted, raw]
  })
}

const numbers = (list: Rows, i: number) =>
  list.map((row) => (row[i] as number | null) ?? Number.NaN)
const column = (list: Rows, i: number) => {
  const categories = [...new Set(list.map((row) => String(row[i])))]
  return { codes: list.map((row) => categories.indexOf(String(row[i]))), categories }
}

for (const [key, detector] of Object.entries(detectors) as [string, Detector][]) {
  describe(`the detector ${key}`, () => {
    const pairs = (Object.keys(windows) as Window[]).flatMap((one) => sidesIn(detector, one))
    const each = detector.examples.flatMap((options) =>
      pairs.map((sides) => compareWith(detector, sides, options)),
    )

    test('is named after its file and has a page with its formula, source and blind spot', () => {
      assert.equal(detector.name, key)
      assert.ok(existsSync(new URL(`../../detectors/${key}.ts`, import.meta.url)))
      const page = readFileSync(new URL(`../../docs/detectors/${key}.md`, import.meta.url), 'utf8')
      for (const heading of ['## Formula', '## Blind to', '## When not to use it', '## Example']) {
        assert.ok(page.includes(heading), `${key}.md has no "${heading}"`)
      }
      assert.ok(page.includes(`${detector.minimumEffect}`), 'its smallest effect is explained')
    })

    test('gives complete scores of finite numbers, whatever the rows hold', () => {
      for (const score of each) {
        scoreSchema.parse(score)
        const [low, high] = score.effectInterval
        for (const number of [score.score, score.effect, low, high])
          assert.ok(Number.isFinite(number))
        assert.ok(low <= high)
        assert.ok(score.pValue === null || (score.pValue >= 0 && score.pValue <= 1))
      }
    })

    test('gives a p-value, or the reason why there is none', () => {
      for (const score of each)
        assert.equal(score.pValue === null, score.pValueAbsent !== undefined)
    })

    test('sees no change between a reference and itself', () => {
      for (const sides of sidesIn(detector, 'itself')) {
        const score = compareWith(detector, sides)
        assert.ok(Math.abs(score.effect) < 1e-9, `${sides.feature}: ${score.effect}`)
        assert.ok(score.pValue === null || score.pValue > 0.99)
      }
    })

    test('gives the same answer twice', () => {
      for (const sides of pairs) {
        assert.deepEqual(compareWith(detector, sides), compareWith(detector, sides))
      }
    })

    test('sees a large change on at least one feature, by more than its smallest effect', () => {
      const effects = (['moved', 'stuck'] as const).flatMap((window) =>
        sidesIn(detector, window).map((sides) => compareWith(detector, sides).effectInterval[0]),
      )
      const least = detector.role === 'rule' ? 0.02 : detector.minimumEffect
      assert.ok(Math.max(...effects) > least, String(effects))
    })

    test('refuses empty windows, unknown options and features it does not read, with a code', () => {
      const invalid = { code: 'DETECTOR_INPUT_INVALID' }
      for (const sides of [...sidesIn(detector, 'nothing'), ...sidesIn(detector, 'same', [])]) {
        assert.throws(() => compareWith(detector, sides), invalid)
      }
      const [sides] = sidesIn(detector, 'same') as [Sides]
      assert.throws(() => compareWith(detector, sides, { unknown: Number.NaN }), invalid)
      const other = {
        ...sides,
        kind: sides.kind === 'numeric' ? 'categorical' : 'numeric',
      } as Sides
      if (detector.reads !== 'any') assert.throws(() => compareWith(detector, other), invalid)
    })
  })
}
