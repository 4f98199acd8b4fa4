import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  addToSample,
  createSample,
  decodeSample,
  ErasedIds,
  encodeSample,
  eraseFromSample,
  mergeSamples,
  needlesOf,
  sampledRows,
} from '../../profiles/index.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const erasedIds = (...ids: string[]) =>
  new ErasedIds(
    ids.length,
    ids.map((id) => ({
      digest: createHash('sha256').update(id).digest('hex'),
      needles: needlesOf(id, true),
    })),
  )

test('an id is known by its hash, and none of others', () => {
  const erased = erasedIds('request-17', 'größer/2')
  assert.ok(erased.hasId('request-17') && erased.hasId('größer/2'))
  assert.ok(!erased.hasId('request-18') && !erased.hasId('größer'))
  assert.ok(!new ErasedIds(3).hasId('request-17'))
})

test('bytes that hold an id are told, however a record writes it', () => {
  const erased = erasedIds('größer "so"/12')
  const written = [
    '{"id":"größer \\"so\\"","rows":[1,2]}',
    '{"id":"gr\\u00f6\\u00dfer \\"so\\"\\/12"}',
    '\u0002größer "so"\u0004',
    'größer "so"/12',
  ]
  for (const text of written) assert.ok(erased.isInText(text), text)
  for (const text of ['{"id":"größer so"}', '', 'g', 'größer "sö"']) {
    assert.ok(!erased.isInText(text), text)
  }
})

test('an id is found at every place of random bytes, and nowhere else', () => {
  const next = mulberry32(7)
  const id = Buffer.from('0123456789abcdef')
  const erased = erasedIds(id.toString())
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(Array.from({ length: 200 }, () => Math.floor(next() * 256)))
    assert.ok(!erased.isIn(bytes))
    id.copy(bytes, Math.floor(next() * (201 - id.length)))
    assert.ok(erased.isIn(bytes))
  }
})

test('erasing before samples are merged or after comes to the same bytes, in any order', () => {
  const next = mulberry32(11)
  for (let round = 0; round < 40; round++) {
    const ids = Array.from({ length: 300 }, (_, i) => `id-${round}-${i}`)
    const parts = Array.from({ length: 4 }, () => createSample(50))
    for (const id of ids) {
      const part = parts[Math.floor(next() * 4)]
      if (part !== undefined) addToSample(part, { id, values: [Math.floor(next() * 100), null] })
    }
    const erased = erasedIds(...ids.filter(() => next() < 0.1))
    const merged = (each: Uint8Array[]) => {
      const into = createSample(50)
      for (const bytes of each) mergeSamples(into, decodeSample(bytes, 50))
      return encodeSample(into)
    }
    const without = (bytes: Uint8Array) => eraseFromSample(bytes, erased)?.bytes ?? bytes
    const written = parts.map(encodeSample)
    const after = without(merged(written))
    const before = merged(written.map(without).reverse())
    assert.equal(Buffer.from(before).toString(), Buffer.from(after).toString())
    assert.equal(
      Buffer.from(merged([written[0] as Uint8Array, ...written.map(without)])).toString(),
      Buffer.from(after).toString(),
      'what was erased holds against a row that comes again',
    )
    const left = sampledRows(decodeSample(after, 50))
    assert.ok(left.every(({ id }) => !erased.hasId(id)))
  }
})

test('what is left of an erased row says nothing but its place', () => {
  const sample = createSample(10)
  for (const id of ['a', 'b', 'c']) addToSample(sample, { id, values: [1] })
  const left = eraseFromSample(encodeSample(sample), erasedIds('b'))
  assert.equal(left?.rows, 1)
  const lines = Buffer.from(left?.bytes ?? [])
    .toString()
    .split('\n')
  assert.deepEqual(
    lines.filter((line) => line.startsWith('{')),
    ['{"erased":"3e23e8160039594a"}'],
  )
  assert.equal(eraseFromSample(left?.bytes ?? new Uint8Array(), erasedIds('b')), null)
})
