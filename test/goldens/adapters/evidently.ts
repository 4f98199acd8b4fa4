import { evidently as judge } from '../../../statistics/compat/evidently.ts'
import { defineAdapter, type Tolerance } from '../adapter.ts'

interface Input {
  readonly type: 'num' | 'cat'
  readonly x: Float64Array
  readonly y: Float64Array
  readonly tests: readonly string[]
}

/** Tests of Evidently on one column; its categories are named "c" and a number. */
export const evidently = defineAdapter<Input>({
  compute: ({ type, x, y, tests }) =>
    Object.fromEntries(tests.map((test) => [test, attempt(type, x, y, test)])),
  within: (path): Tolerance | undefined =>
    path.startsWith('cramer_von_mises') ? { absolute: 1e-7 } : undefined,
})

function attempt(type: Input['type'], x: Float64Array, y: Float64Array, test: string) {
  const named = (values: Float64Array) => Array.from(values, (value) => `c${value}`)
  try {
    return type === 'num'
      ? judge('numeric', x, y, test)
      : judge('categorical', named(x), named(y), test)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { test, error: error.message }
  }
}
