import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utcMilliseconds } from '../../formats/instant-bytes.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const read = (text: string) => {
  const bytes = Buffer.from(`"${text}"`)
  return utcMilliseconds(bytes, 1, bytes.length - 1)
}

test('the usual forms of an instant are the milliseconds that the language reads', () => {
  const next = mulberry32(12)
  const span = Date.UTC(9999, 11, 31)
  for (let i = 0; i < 50_000; i++) {
    const text = new Date(Math.floor(next() * span)).toISOString()
    assert.equal(read(text), Date.parse(text))
    assert.equal(read(text.replace(/\.\d+/, '')), Date.parse(text.replace(/\.\d+/, '')))
  }
  for (const day of ['2000-02-29', '2024-02-29', '2100-02-28', '2024-12-31', '1970-01-01']) {
    assert.equal(read(`${day}T23:59:59.999Z`), Date.parse(`${day}T23:59:59.999Z`))
  }
})

test('whatever else is left to the language', () => {
  for (const text of [
    ...[
      '2100-02-29T00:00:00Z',
      '2025-02-29T00:00:00Z',
      '2025-04-31T00:00:00Z',
      '2025-01-00T00:00:00Z',
    ],
    ...[
      '2025-13-01T00:00:00Z',
      '2025-01-01T24:00:00Z',
      '2025-01-01T00:60:00Z',
      '1969-12-31T00:00:00Z',
    ],
    ...[
      '2025-01-01T00:00:00.00aZ',
      '2025-01-01T00:00:00,000Z',
      '2025-01-01t00:00:00Z',
      '2025-01-01T00:00:0:Z',
    ],
    ...['', 'Z', '2025-01-01T00:00:00+01:00', '+02025-01-01T00:00:0Z', '2025-01-01T00:00:00z'],
  ]) {
    assert.ok(Number.isNaN(read(text)), text)
  }
})
