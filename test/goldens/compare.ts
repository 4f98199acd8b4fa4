import type { Adapter, Tolerance } from './adapter.ts'

/** Never compared: notes of the file and the text form of a number. */
const notes = new Set(['digits20', 'params', 'note'])
/** Probabilities and logarithms count to the last digit, however small. */
const probability =
  /(^|\.)(p|p_[^.]*|[^.]*_sf|log10[^.]*|two_sided|less|greater|mwu_asymptotic[^.]*)$/

/** Every place where `actual` is not what `expected` says, as sentences; empty when it is right. */
export function differences(
  adapter: Adapter<unknown>,
  input: unknown,
  actual: unknown,
  expected: unknown,
  path = '',
): string[] {
  const verdict = adapter.accepts?.(path, actual, expected, input)
  if (verdict !== undefined) return verdict ? [] : [wrong(path, actual, expected)]
  if (expected === null || isError(expected)) {
    const fine = actual === undefined || actual === null || (isError(expected) && isError(actual))
    return fine ? [] : [wrong(path, actual, expected)]
  }
  if (actual === undefined) return [`${path} is missing`]
  if (typeof expected === 'number') {
    const tolerance = adapter.within?.(path, input, expected)
    const near = typeof actual === 'number' && close(actual, expected, tolerance, path)
    return near ? [] : [wrong(path, actual, expected)]
  }
  if (typeof expected !== 'object') {
    return actual === expected ? [] : [wrong(path, actual, expected)]
  }
  if (typeof actual !== 'object' || actual === null) return [wrong(path, actual, expected)]
  if (Array.isArray(expected)) {
    const list = Array.from(actual as ArrayLike<unknown>)
    if (list.length !== expected.length) return [wrong(path, actual, expected)]
  }
  return Object.entries(expected)
    .filter(([key]) => !notes.has(key))
    .flatMap(([key, value]) =>
      differences(
        adapter,
        input,
        (actual as Record<string, unknown>)[key],
        value,
        path === '' ? key : `${path}.${key}`,
      ),
    )
}

function close(actual: number, expected: number, given: Tolerance | undefined, path: string) {
  if (actual === expected) return true
  const distance = Math.abs(actual - expected)
  const { relative = 1e-9, absolute } = given ?? {}
  if (distance <= relative * Math.abs(expected)) return true
  if (absolute !== undefined) return distance <= absolute
  return !probability.test(path) && Math.abs(expected) < 1e-12 && distance <= 1e-12
}

const isError = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'error')

const wrong = (path: string, actual: unknown, expected: unknown) =>
  `${path || 'the answer'} is ${text(actual)}, not ${text(expected)}`
const text = (value: unknown) => (JSON.stringify(value) ?? 'missing').slice(0, 120)
