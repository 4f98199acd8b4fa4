import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { IdHash, SeenIds } from '../../profiles/index.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const next = mulberry32(8)
const randomId = (length: number): string =>
  String.fromCodePoint(
    ...Array.from({ length }, () => {
      const point = 1 + Math.floor(next() * (next() < 0.8 ? 0x7f : 0xd000))
      return point
    }),
  )

test('the hash of an id is the beginning of its SHA-256, of one block or of several', () => {
  for (let i = 0; i < 3_000; i++) {
    const id = randomId(i % 130)
    const bytes = Buffer.from(id)
    const expected = Buffer.from(hash('sha256', id), 'hex')
    const words = [expected.readUInt32BE(0), expected.readUInt32BE(4)]
    const around = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')])
    assert.deepEqual([...new IdHash().of(id).words], words, JSON.stringify(id))
    const { words: found } = new IdHash().ofBytes(around, 6, 6 + bytes.length)
    assert.deepEqual([...found], words, JSON.stringify(id))
  }
})

test('what was seen is what a set of the ids has', () => {
  const seen = new SeenIds()
  const set = new Set<string>()
  const hashOf = new IdHash()
  for (let i = 0; i < 100_000; i++) {
    const id = `p-${Math.floor(next() * 70_000)}`
    assert.equal(seen.add(hashOf.of(id)), !set.has(id))
    set.add(id)
  }
})

test('an id whose hash is nothing but zeros is seen once', () => {
  const seen = new SeenIds()
  const zero = new IdHash()
  assert.deepEqual([seen.add(zero), seen.add(zero)], [true, false])
})
