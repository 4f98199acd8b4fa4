import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { FeatureSettings } from '../../contracts/config.ts'
import { scoreSchema } from '../../contracts/report.ts'
import { compareWith, type Detector, detectors } from '../../detectors/index.ts'
import type { FeatureCounts } from '../../profiles/index.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'
import { type Rows, referenceOf } from '../support/profiles.ts'

const features: Record<string, FeatureSettings> = {
  amount: { type: 'numeric' },
  hour: { type: 'numeric', cycle: 24 },
  plan: { type: 'categorical' },
  constant: { type: 'numeric' },
}

function rows(count: number, seed: number, shift = 0): Rows {
  const next = mulberry32(seed)
  return Array.from({ length: count }, () => [
    next() < 0.01 + shift / 10 ? null : normal(next, 100 + shift * 100, 30),
    Math.floor(next() * 24 * (1 - shift / 2)),
    next() < 0.5 - shift / 2 ? 'basic' : next() < 0.6 ? 'pro' : shift > 0 ? 'new' : 'team',
    7,
  ])
}

const { reference, profileOf } = referenceOf(features, rows(10_000, 1))
const same = profileOf(rows(2_000, 2))
const moved = profileOf(rows(2_000, 3, 0.5))
const nothing = profileOf([])
const outliers = profileOf([
  ...rows(500, 4),
  ...Array.from({ length: 500 }, (_, i) => [i % 2 === 0 ? 1e300 : Number.NaN, i % 24, `c${i}`, 7]),
])

const readable = (detector: Detector, counts: FeatureCounts) =>
  detector.reads === 'any' || detector.reads === counts.kind

for (const [key, detector] of Object.entries(detectors) as [string, Detector][]) {
  describe(`the detector ${key}`, () => {
    const pairs = reference.features.flatMap((before, i) =>
      readable(detector, before)
        ? [same, moved, outliers, reference].map((now) => [before, now.features[i]!] as const)
        : [],
    )
    const each = detector.examples.flatMap((options) =>
      pairs.map(([before, now]) => compareWith(detector, before, now, options)),
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
      for (const before of reference.features.filter((counts) => readable(detector, counts))) {
        const score = compareWith(detector, before, before)
        assert.ok(Math.abs(score.effect) < 1e-9, `${before.binning.name}: ${score.effect}`)
        assert.ok(score.pValue === null || score.pValue > 0.99)
      }
    })

    test('gives the same answer twice', () => {
      for (const [before, now] of pairs) {
        assert.deepEqual(compareWith(detector, before, now), compareWith(detector, before, now))
      }
    })

    test('sees a large change on at least one feature, by more than its smallest effect', () => {
      const effects = reference.features.flatMap((before, i) =>
        readable(detector, before)
          ? compareWith(detector, before, moved.features[i]!).effectInterval[0]
          : [],
      )
      const least = detector.role === 'rule' ? 0.02 : detector.minimumEffect
      assert.ok(Math.max(...effects) > least, String(effects))
    })

    test('refuses empty windows, unknown options and features it does not read, with a code', () => {
      const counts = reference.features.find((one) => readable(detector, one))!
      const index = reference.features.indexOf(counts)
      const invalid = { code: 'DETECTOR_INPUT_INVALID' }
      assert.throws(() => compareWith(detector, counts, nothing.features[index]!), invalid)
      assert.throws(() => compareWith(detector, nothing.features[index]!, counts), invalid)
      assert.throws(() => compareWith(detector, counts, counts, { unknown: Number.NaN }), invalid)
      const other = reference.features.find((one) => !readable(detector, one))
      if (other !== undefined) assert.throws(() => compareWith(detector, other, other), invalid)
    })
  })
}
