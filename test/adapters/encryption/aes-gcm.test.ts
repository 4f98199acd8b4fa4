import assert from 'node:assert/strict'
import { createDecipheriv, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { seal, sealBytes, unseal, vectorOf } from '../../../adapters/encryption/aes-gcm.ts'

const [key, other] = [randomBytes(32), randomBytes(32)]
const [plain, bound] = [Buffer.from('a row'), Buffer.from('where it belongs')]

test('what is sealed is AES-256-GCM as Node has it: vector, tag, text', () => {
  const sealed = seal(key, plain, bound)
  assert.equal(sealed.length, plain.length + sealBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
  decipher.setAAD(bound)
  decipher.setAuthTag(sealed.subarray(12, 28))
  assert.deepEqual(Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]), plain)
})

test('it opens with the same key and bound, whatever its length, and nothing else opens it', () => {
  for (const length of [0, 1, 16, 100_000]) {
    const bytes = randomBytes(length)
    assert.deepEqual(unseal(key, seal(key, bytes, bound), bound), bytes)
  }
  const sealed = seal(key, plain, bound)
  assert.throws(() => unseal(other, sealed, bound))
  assert.throws(() => unseal(key, sealed, Buffer.from('elsewhere')))
  assert.throws(() => unseal(key, sealed.subarray(0, 20), bound))
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] as number) ^ 1
    assert.throws(() => unseal(key, changed, bound), `byte ${at}`)
  }
})

test('no vector comes twice, over more than are made at once', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 5_000; i++) seen.add(seal(key, plain, bound).toString('hex', 0, 12))
  assert.equal(seen.size, 5_000)
})

test('a vector that follows from the content tells equal ones, and differs by key, place and content', () => {
  const vector = vectorOf(key, plain, bound)
  assert.equal(vector.length, 12)
  assert.deepEqual(vectorOf(key, plain, bound), vector)
  const others = [
    vectorOf(other, plain, bound),
    vectorOf(key, Buffer.from('another'), bound),
    vectorOf(key, plain, Buffer.from('elsewhere')),
    // The border between the two counts.
    vectorOf(key, Buffer.from('ga row'), bound.subarray(0, -1)),
  ]
  assert.equal(new Set([vector, ...others].map((each) => each.toString('hex'))).size, 5)
})
