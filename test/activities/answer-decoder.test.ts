import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerDecoder, askedBinning } from '../../activities/answer-decoder.ts'
import { modelSettings } from '../../contracts/config.ts'
import { formatNamed } from '../../formats/index.ts'
import { buildBinning } from '../../profiles/index.ts'

const time = '2026-01-01T00:00:00Z'
const base = { id: 'a', time, model: 'm', version: '1', features: { amount: 3 } }

function decoder(log: Record<string, unknown> = {}) {
  const settings = modelSettings.parse({
    log: { topic: 't', ...log },
    features: { amount: { type: 'numeric' } },
    window: { length: '1d', bucket: '1h', anchor: time },
    references: undefined,
    serving: { url: 'http://127.0.0.1:1' },
  })
  const rows = Array.from({ length: 100 }, (_, i) => [i, i / 100])
  const binning = askedBinning(buildBinning('m', 'b1', settings.features, rows))
  const format = formatNamed(settings.log.format)
  assert.ok(format !== undefined)
  const decode = answerDecoder('m', settings, format, binning, undefined)
  return (record: object | string) =>
    decode({
      value: Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)),
      timestampMs: Date.parse(time),
    })
}

test('an answer has its version, its score, how long it took and what was asked', () => {
  assert.deepEqual(decoder()({ ...base, score: 0.25, latencyMs: 12.5 }), [
    { version: '1', failed: false, latencyMs: 12.5, score: 0.25, asked: [3] },
  ])
})

test('whatever stands under error is a failure, unless it says nothing', () => {
  const decode = decoder()
  const failed = (error: unknown) => {
    const found = decode({ ...base, error })
    return Array.isArray(found) && found[0]?.failed
  }
  // Twice each: a shape that was seen before is read another way.
  for (const error of ['it broke', { code: 13 }, true, 7, ['a']]) {
    assert.deepEqual([failed(error), failed(error)], [true, true], JSON.stringify(error))
  }
  for (const error of [null, false, 0, '', undefined]) {
    assert.deepEqual([failed(error), failed(error)], [false, false], JSON.stringify(error))
  }
})

test('a part that cannot be read hides no other one', () => {
  assert.deepEqual(
    decoder()({ ...base, features: { amount: 'many' }, latencyMs: 'soon', score: 1 }),
    [{ version: '1', failed: false, latencyMs: null, score: 1, asked: null }],
  )
})

test('paths of the settings lead to other places', () => {
  const decode = decoder({ paths: { latency: 'timing.total', error: 'status.reason' } })
  assert.deepEqual(decode({ ...base, timing: { total: 9 }, status: { reason: 'no' }, score: 1 }), [
    { version: '1', failed: true, latencyMs: 9, score: 1, asked: [3] },
  ])
})

test('garbage is unreadable, and records of other models answer nothing', () => {
  assert.equal(decoder()('not json'), 'unreadable')
  assert.equal(decoder()({ ...base, id: undefined }), 'unreadable')
  assert.equal(decoder()({ ...base, model: 'other' }), 'none')
})

test('of pairs only responses answer, those that failed too', () => {
  const decode = decoder({ kind: 'pair' })
  const { features, ...response } = base
  assert.equal(decode(base), 'none')
  for (const answer of [{ score: 0.5 }, { error: 'it broke' }]) {
    assert.equal((decode({ ...response, ...answer }) as unknown[]).length, 1)
  }
})
