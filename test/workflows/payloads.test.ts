import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import { guardingCodec, objectionTo } from '../support/payload-guard.ts'

const objection = (value: unknown) =>
  objectionTo(defaultPayloadConverter.toPayload(value) as Payload)

const row = { id: 'p1', timeMs: 1, version: '1', values: [1, 'a'] }
const feature = { name: 'age', kind: 'numeric', edges: [1, 2] }

test('rows and profiles are refused, wherever they stand and however they are packed', () => {
  const refused = {
    row,
    rows: { model: 'm', found: [{ deep: [row] }] },
    prediction: { id: 'p1', features: { age: 1 }, score: 0.5, time: 't' },
    heldOut: [{ id: 'p1', label: 1, features: {} }],
    profile: { binning: {}, rows: 3, features: [] },
    binning: { version: 1, features: [feature] },
    counts: { reference: { missing: 0, counts: [1, 2] } },
    numbers: { cells: Array.from({ length: 200 }, (_, i) => i) },
    bytes: new Uint8Array(8),
    base64: { profile: 'A'.repeat(800) },
    long: { names: Array.from({ length: 10_000 }, (_, i) => `name-${i}`) },
  }
  for (const [name, value] of Object.entries(refused)) {
    assert.notEqual(objection(value), null, name)
  }
})

test('references, counts and sentences pass', () => {
  const passed = [
    undefined,
    null,
    'a'.repeat(64),
    { profile: 'a'.repeat(64), rows: 800, segments: {} },
    { partitions: Array.from({ length: 100 }, (_, partition) => ({ partition, to: '12' })) },
    { why: 'a sentence of many words. '.repeat(40) },
  ]
  for (const value of passed) assert.equal(objection(value), null)
})

test('the codec tells of what it refuses, both ways', async () => {
  const told: string[] = []
  const codec = guardingCodec((objection) => told.push(objection))
  const payload = defaultPayloadConverter.toPayload({ found: row }) as Payload
  await assert.rejects(codec.encode([payload]), /a decoded row/)
  await assert.rejects(codec.decode([payload]), /a decoded row/)
  assert.deepEqual(told, Array(2).fill('the payload.found looks like a decoded row'))
})

test('every payload of every recorded history is one that Temporal may hold', () => {
  const folder = fileURLToPath(new URL('./replay/', import.meta.url))
  let seen = 0
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    for (const payload of payloadsIn(JSON.parse(readFileSync(`${folder}${file}`, 'utf8')))) {
      assert.equal(objectionTo(payload), null, file)
      seen++
    }
  }
  assert.ok(seen > 500)
})

/** Payloads of a history as `temporal workflow show --output json` writes it: bytes in base64. */
function* payloadsIn(value: unknown): Generator<Payload> {
  if (typeof value !== 'object' || value === null) return
  const { metadata, data } = value as { metadata?: Record<string, string>; data?: string }
  if (metadata?.['encoding'] === undefined) {
    for (const item of Object.values(value)) yield* payloadsIn(item)
    return
  }
  const fields = Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')])
  yield { metadata: Object.fromEntries(fields), data: Buffer.from(data ?? '', 'base64') }
}
