import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exactDecimal } from '../../formats/exact-decimal.ts'
import { mulberry32 } from '../support/mulberry32.ts'

/** As the reader of numbers hands it over: at most 9 digits, then at most 9. */
function exact(digits: string, exponent: number): number {
  const [leading, following] = [digits.slice(0, 9), digits.slice(9)]
  return exactDecimal(Number(leading), Number(following), following.length, exponent)
}

test('a decimal number is the double that the language reads, or none is given', () => {
  const next = mulberry32(11)
  let proven = 0
  for (let i = 0; i < 200_000; i++) {
    const digits = Array.from({ length: 1 + Math.floor(next() * 18) }, () =>
      Math.floor(next() * 10),
    )
    const exponent = Math.floor(next() * 50) - 25
    const text = digits.join('')
    const found = exact(text, exponent)
    if (Number.isNaN(found)) continue
    proven++
    assert.ok(Object.is(found, Number(`${text}e${exponent}`)), `${text}e${exponent}`)
  }
  assert.ok(proven > 120_000, `${proven} were proven`)
})

test('halfway between two doubles none is given, or the even one', () => {
  for (let odd = 1; odd < 2_000; odd += 2) {
    const halfway = String(2n ** 53n + BigInt(odd))
    const found = exact(`${halfway}0`, -1)
    assert.ok(Number.isNaN(found) || Object.is(found, Number(halfway)), halfway)
  }
})
