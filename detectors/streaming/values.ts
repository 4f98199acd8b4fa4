import { DriftgateError } from '../../contracts/errors.ts'

/** 1 for an error, 0 for none. Throws STREAM_VALUE_INVALID for anything else. */
export function bit(value: number): number {
  if (value === 0 || value === 1) return value
  throw refused(value, '0 or 1')
}

/** Throws STREAM_VALUE_INVALID for what is no finite number. */
export function finite(value: number): number {
  if (Number.isFinite(value)) return value
  throw refused(value, 'a finite number')
}

export const refused = (value: unknown, wanted: string): DriftgateError =>
  new DriftgateError('STREAM_VALUE_INVALID', { value: String(value), wanted })
