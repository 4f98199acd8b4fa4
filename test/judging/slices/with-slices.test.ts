import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeatureValue } from '../../../contracts/prediction.ts'
import { askedTable } from '../../../judging/slices/slices-of-samples.ts'
import { withSlices } from '../../../judging/slices/with-slices.ts'
import {
  addToSample,
  buildBinning,
  createSample,
  encodeSample,
  sampledRows,
} from '../../../profiles/index.ts'
import { driftReport } from '../../reports/examples.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

const settings = {
  data: { rows: 'all' },
  detection: { designEffect: 1 },
} as unknown as Parameters<typeof withSlices>[0]

function drawn(seed: number, young: number): FeatureValue[][] {
  const next = mulberry32(seed)
  return Array.from({ length: 1_000 }, () => [
    next() < young ? 18 + Math.floor(7 * next()) : 25 + Math.floor(50 * next()),
    next() < 0.5 ? 'web' : 'app',
    next(),
  ])
}

const features = { age: { type: 'numeric' }, channel: { type: 'categorical' } }
const before = drawn(1, 0.1)
const binning = buildBinning(
  'm',
  '1',
  features as unknown as Parameters<typeof buildBinning>[2],
  before,
)
const sampleOf = (seed: number, rows: FeatureValue[][]) => {
  const sample = createSample()
  for (const [i, values] of rows.entries()) addToSample(sample, { id: `${seed}-${i}`, values })
  return sample
}
const samples = (seed: number, rows: FeatureValue[][]) => ({
  binning,
  reference: encodeSample(sampleOf(1, before)),
  current: sampledRows(sampleOf(seed, rows)),
})

test('a verdict of drift names its slices, and the samples by which', () => {
  const { slices } = withSlices(settings, driftReport, () => samples(2, drawn(2, 0.4)))
  assert.match(slices?.sentence ?? '', /^[\d.]+ % -> 3\d % of rows have age < 2[45]$/)
  assert.match(slices?.samples.reference ?? '', /^sha256:|^[0-9a-f]{64}$/)
  assert.notEqual(slices?.samples.reference, slices?.samples.current)
  const again = withSlices(settings, driftReport, () => samples(2, drawn(2, 0.4)))
  assert.deepEqual(again.slices, slices, 'the same samples give the same slices')
})

test('any other verdict stays as it is, and no sample is asked for', () => {
  for (const verdict of ['NO_DRIFT', 'DATA_QUALITY', 'INSUFFICIENT_DATA', 'STALE'] as const) {
    const report = { ...driftReport, verdict }
    const same = withSlices(settings, report, () => assert.fail('nobody needs samples'))
    assert.equal(same, report)
  }
})

test('where no rows may be kept, none were, or they are clustered, it says so', () => {
  const forbidden = { ...settings, data: { rows: 'needed' } } as typeof settings
  const clustered = { ...settings, detection: { designEffect: 3 } } as typeof settings
  const none = () => ({ ...samples(2, drawn(2, 0.4)), reference: null })
  const told = [
    withSlices(forbidden, driftReport, () => samples(2, drawn(2, 0.4))),
    withSlices(settings, driftReport, none),
    withSlices(clustered, driftReport, () => samples(2, drawn(2, 0.4))),
  ].map(({ slices }) => slices)
  assert.ok(told.every((slices) => slices?.found.length === 0))
  assert.match(told[0]?.sentence ?? '', /no sample of rows was kept/)
  assert.match(told[1]?.sentence ?? '', /no sample of rows was kept/)
  assert.match(told[2]?.sentence ?? '', /rows are clustered/)
})

test('slices are told by what was asked, never by the answer', () => {
  const { columns } = askedTable([], {
    ...binning,
    features: [...binning.features, { name: '(score)', kind: 'categorical', categories: [] }],
  })
  assert.deepEqual(columns.map(({ name }) => name).includes('(score)'), false)
})
