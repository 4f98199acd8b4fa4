import { DriftgateError, errorTable } from '../contracts/errors.ts'
import type { Canvas } from '../reports/vocabulary.ts'

/** Any thrown value as a coded error: what is not ours is a defect, and says so without a stack trace. */
export function toCoded(thrown: unknown): DriftgateError {
  if (thrown instanceof DriftgateError) return thrown
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  return new DriftgateError('INTERNAL', { reason }, { cause: thrown })
}

/** `error[CODE]: sentence` and `= help: ...`, for a person. */
export function renderError(error: DriftgateError, canvas: Canvas): string {
  const head = `${canvas.paint('red', `error[${error.code}]`)}: ${error.message}`
  const lines = [head]
  if (error.help) lines.push(`   = help: ${error.help}`)
  return lines.join('\n')
}

/** The same for a program: one JSON object on standard error. */
export function errorJson(error: DriftgateError): string {
  return JSON.stringify({
    schema: 'driftgate-error/1',
    code: error.code,
    sentence: error.message,
    help: error.help,
    retryable: errorTable[error.code].retryable,
  })
}
