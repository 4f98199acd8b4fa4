import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fourDigits, fourDigitText } from '../../detectors/four-digits.ts'
import { mulberry32 } from '../support/mulberry32.ts'

test('four digits are written as the number itself would be, of every size and sign', () => {
  const next = mulberry32(4)
  const drawn = Array.from(
    { length: 100_000 },
    () => (next() - 0.5) * 10 ** Math.floor(next() * 20 - 10),
  )
  const edges = [0, 1, 10, 100, 1000, 0.1, 0.01, 0.099996, 0.99996, 9.9996, 99.996, 999.96, 9998.9]
  const halves = [1.2345, 12.345, 0.012345, 1234.5, 2500.5]
  for (const size of [...drawn, ...edges, ...halves]) {
    for (const x of [size, -size]) assert.equal(fourDigitText(x), String(fourDigits(x)))
  }
})
