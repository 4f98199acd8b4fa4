import assert from 'node:assert/strict'

/** Equal, or within 1e-9 of the expected value (or the given relative tolerance). */
export function close(actual: number, expected: number, relative = 1e-9): void {
  const near = actual === expected || Math.abs(actual - expected) <= relative * Math.abs(expected)
  assert.ok(near, `${actual} is not ${expected}`)
}
