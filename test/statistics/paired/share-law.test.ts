import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logFactorial } from '../../../statistics/log-factorial.ts'
import { mcnemarP, shareLaw } from '../../../statistics/paired/share-law.ts'

test("McNemar's exact p-value is that of all ways in which the differing rows can fall, counted one by one", () => {
  for (const all of [1, 5, 9, 12]) {
    for (let second = 0; second <= all; second++) {
      const far = Math.abs(2 * second - all)
      let ways = 0
      for (let pattern = 0; pattern < 2 ** all; pattern++) {
        let ones = 0
        for (let bit = pattern; bit > 0; bit >>= 1) ones += bit & 1
        if (Math.abs(2 * ones - all) >= far) ways++
      }
      const found = mcnemarP(all - second, second)
      assert.ok(Math.abs(found - ways / 2 ** all) < 1e-12, `${second} of ${all}: ${found}`)
    }
  }
  assert.equal(mcnemarP(0, 0), 1)
})

test('its one-sided p-value of no gain is half of the two-sided one where rows differ', () => {
  const law = shareLaw(4, 16, 300)
  assert.ok(Math.abs(2 * law.tail(0, 1) - mcnemarP(4, 16)) < 1e-15)
})

test('95 % intervals of the difference hold 94 to 98.5 % of every two shares, by the exact law', () => {
  const shares = [0.005, 0.02, 0.05, 0.1, 0.3]
  for (const rows of [100, 300]) {
    const logs = Array.from({ length: rows + 1 }, (_, k) => logFactorial(k))
    for (const first of shares) {
      for (const second of shares) {
        if ((first + second) * rows < 10) continue
        const [below, above] = missed(rows, first, second, logs)
        const held = 1 - below - above
        const where = `${rows} rows, ${first} against ${second}: ${below} ${above}`
        assert.ok(held >= 0.94 && held <= 0.985, where)
        assert.ok(Math.max(below, above) <= 0.028, where)
      }
    }
  }
})

/** How often the whole interval lies above the true difference, and how often below. */
function missed(
  rows: number,
  first: number,
  second: number,
  logs: readonly number[],
): [number, number] {
  const truth = second - first
  let [low, high] = [0, 0]
  const log = (k: number) => logs[k] as number
  for (let b = 0; b <= rows; b++) {
    for (let c = 0; b + c <= rows; c++) {
      const rest = rows - b - c
      const ways = log(rows) - log(b) - log(c) - log(rest)
      const weight =
        ways + b * Math.log(first) + c * Math.log(second) + rest * Math.log(1 - first - second)
      if (weight < -25) continue
      const [from, to] = shareLaw(b, c, rows).interval(0.95)
      if (from > truth) low += Math.exp(weight)
      if (to < truth) high += Math.exp(weight)
    }
  }
  return [low, high]
}

test('the interval leaves 0 out only where the exact test does', () => {
  for (let b = 0; b <= 30; b++) {
    for (let c = 0; c <= 30; c++) {
      const [low, high] = shareLaw(b, c, 100).interval(0.95)
      if (low > 0 || high < 0) assert.ok(mcnemarP(b, c) <= 0.05, `${b} ${c}`)
    }
  }
})

test('no row, no law', () => {
  assert.throws(() => shareLaw(0, 0, 0), RangeError)
})
