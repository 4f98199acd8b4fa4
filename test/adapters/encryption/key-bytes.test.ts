import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { keyBytes } from '../../../adapters/encryption/key-bytes.ts'

test('32 bytes in base64 are a key, and nothing else is; the text itself is never told', () => {
  const key = randomBytes(32)
  assert.deepEqual(Buffer.from(keyBytes(key.toString('base64'), 'x')), key)
  for (const wrong of [
    '',
    randomBytes(31).toString('base64'),
    randomBytes(33).toString('base64'),
    `${key.toString('base64')} more`,
    key.toString('hex'),
  ]) {
    assert.throws(
      () => keyBytes(wrong, 'models.m.data.encryption.keys[0].key'),
      (error: Error & { code?: string }) =>
        error.code === 'CONFIG_SECRET_INVALID' &&
        /keys\[0\]/.test(error.message) &&
        (wrong === '' || !error.message.includes(wrong)),
    )
  }
})
