import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelSettings } from '../../contracts/config.ts'
import { storagePerMonth } from '../../policies/storage-size.ts'

const model = (more: Record<string, unknown> = {}) =>
  modelSettings.parse({
    log: { topic: 't' },
    features: { amount: { type: 'numeric' }, paid: { type: 'boolean' } },
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
    ...more,
  })

test('twice as many buckets are twice as many parts, and each group is counted on its own', () => {
  const hourly = storagePerMonth(model())
  assert.equal(hourly.parts, 720)
  const window = { length: '1d', bucket: '30m', anchor: '2001-01-01T00:00:00Z' }
  const halves = storagePerMonth(model({ window }))
  assert.deepEqual([halves.parts, halves.counts], [1_440, 2 * hourly.counts])
  const segments = ['paid', { feature: 'paid', groups: { yes: ['true'] } }]
  assert.equal(storagePerMonth(model({ segments })).parts, 720 * 5)
})

test('a model that keeps no sample adds none', () => {
  assert.equal(storagePerMonth(model({ data: { rows: 'needed' } })).samples, 0)
})

test('rows of predictions are those of a month that are kept, and none without labels', () => {
  assert.equal(storagePerMonth(model(), 1_000_000).predictions, 0)
  const labels = { topic: 'l', predictions: { keep: 'sample', rate: 0.1 } }
  const kept = storagePerMonth(model({ labels }), 1_000_000)
  assert.equal(kept.predictionRows, 3_000_000)
  assert.equal(
    storagePerMonth(model({ labels: { topic: 'l' } }), 1_000_000).predictions,
    10 * kept.predictions,
  )
  assert.equal(storagePerMonth(model({ labels })).predictionRows, 72_000)
})

test('repetitions cost a row until it is joined and an id as long as they are looked for', () => {
  const log = { topic: 't', dedupe: 'exact' }
  assert.equal(storagePerMonth(model(), 1_000_000).repetitions, 0)
  const day = storagePerMonth(model({ log }), 1_000_000).repetitions
  assert.equal(storagePerMonth(model({ log }), 2_000_000).repetitions, 2 * day)
  const week = storagePerMonth(
    model({ log: { ...log, dedupeWithin: '7d' } }),
    1_000_000,
  ).repetitions
  const ids = (week - day) / 6
  assert.ok(ids > 100e6 && ids < 200e6, `${ids} bytes of a million ids`)
})

test('two records of requests and responses apart are one row, and their halves are stored until they are joined', () => {
  const labels = { topic: 'l' }
  const window = { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z', lateness: '1h' }
  const pairs = model({ labels, window, log: { topic: 't', kind: 'pair' } })
  const size = storagePerMonth(pairs, 1_000_000)
  assert.equal(size.predictionRows, 15_000_000)
  assert.equal(size.parts, 720)
  // Of two days and an hour, and a tenth of a week's.
  const days = (halves: number) => (halves / size.halves) * (2 + 1 / 24 + 0.7)
  const alone = { ...pairs, detection: { ...pairs.detection, maximumBadShare: 1e-12 } }
  assert.ok(Math.abs(days(storagePerMonth(alone, 1_000_000).halves) - (2 + 1 / 24)) < 1e-6)
  assert.equal(storagePerMonth(model({ labels }), 1_000_000).halves, 0)
})
