import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jointScores } from '../../activities/joint-scores.ts'
import { modelSettings } from '../../contracts/config.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import {
  addToSample,
  buildBinning,
  createSample,
  encodeSample,
  sampledRows,
} from '../../profiles/index.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const names = Array.from({ length: 8 }, (_, k) => `x${k}`)
const settings = (rows: readonly string[], keepSample = true, designEffect = 1) =>
  modelSettings.parse({
    log: { topic: 't' },
    data: { rows: keepSample ? 'all' : 'needed' },
    features: Object.fromEntries(names.map((name) => [name, { type: 'numeric' }])),
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
    detection: { rows, designEffect },
    serving: { url: 'http://127.0.0.1:1' },
  })

/** A sample of 60,000 rows of eight numbers and a score; the first two are equal but for noise, or not. */
function sampleOf(seed: number, noise: number) {
  const next = mulberry32(seed)
  const sample = createSample()
  const kept: FeatureValue[][] = []
  for (let i = 0; i < 60_000; i++) {
    const values = Array.from({ length: 9 }, () => normal(next))
    values[1] = ((values[0] as number) + noise * normal(next)) / Math.hypot(1, noise)
    if (kept.length < 2_000) kept.push(values)
    addToSample(sample, { id: `${seed}-${i}`, values })
  }
  return { sample, kept }
}

const before = sampleOf(1, 3)
const now = sampleOf(2, 0.5)
const reference = {
  binning: buildBinning('m', '1', settings([]).features, before.kept),
  sample: encodeSample(before.sample),
}
const rows = sampledRows(now.sample)

test('samples of 60,000 rows of 8 features are judged in a thread of their own in less than 3 seconds of work', async () => {
  let beats = 0
  const beat = setInterval(() => beats++, 5)
  const began = process.cpuUsage()
  const joint = await jointScores(settings(['domain-classifier']), reference, () => rows)
  const { user, system } = process.cpuUsage(began)
  clearInterval(beat)
  const [found] = joint?.scores ?? []
  assert.deepEqual(found?.score?.n, { reference: 1_000, current: 1_000 })
  assert.ok((found?.score?.pValue ?? 1) < 1e-6, `${found?.score?.pValue}`)
  assert.deepEqual(joint?.definitions, { 'domain-classifier': 1 })
  assert.ok(beats > 3, 'the thread of the activity went on')
  assert.ok(user + system < 3e6, `${user + system} microseconds`)
})

test('the same samples give the same bytes', async () => {
  const again = () => jointScores(settings(['mmd']), reference, () => rows)
  assert.equal(JSON.stringify(await again()), JSON.stringify(await again()))
})

test('a model that keeps no sample, or a reference without one, makes them unavailable', async () => {
  const forbidden = await jointScores(settings(['mmd'], false), reference, () => rows)
  assert.deepEqual(forbidden?.samples, { reference: null, current: null })
  assert.equal(forbidden?.scores[0]?.score, null)
  const without = await jointScores(settings(['mmd']), { ...reference, sample: null }, () => rows)
  assert.match(without?.scores[0]?.sentence ?? '', /no sample of the rows of the reference/)
})

test('over clustered rows they describe and never decide', async () => {
  const joint = await jointScores(settings(['mmd'], true, 3), reference, () => rows)
  assert.equal(joint?.scores[0]?.decides, false)
})

test('a model that names no row detector has none', async () => {
  assert.equal(await jointScores(settings([]), reference, () => rows), null)
})
