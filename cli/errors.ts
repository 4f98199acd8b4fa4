import { DriftgateError, errorTable } from '../contracts/errors.ts'
import type { SettingsProblem } from '../contracts/settings-problem.ts'
import type { Canvas } from '../reports/vocabulary.ts'

/** Any thrown value as a coded error: what is not ours is a defect, and says so without a stack trace. */
export function toCoded(thrown: unknown): DriftgateError {
  if (thrown instanceof DriftgateError) return thrown
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  return new DriftgateError('INTERNAL', { reason }, { cause: thrown })
}

/** `error[CODE]: sentence` and `= help: ...`, for a person; every problem of a configuration at its place. */
export function renderError(error: DriftgateError, canvas: Canvas): string {
  const problems = error.problems.map((problem) => renderProblem(error.code, problem, canvas))
  const head = `${canvas.paint('red', `error[${error.code}]`)}: ${error.message}`
  const lines = error.help ? [head, `   = help: ${error.help}`] : [head]
  return [...problems, lines.join('\n')].join('\n\n')
}

/** The place, the line, a caret under it, and what to change. */
export function renderProblem(code: string, problem: SettingsProblem, canvas: Canvas): string {
  const number = String(problem.line)
  const gutter = ' '.repeat(Math.max(2, number.length))
  const path = problem.path ? `  (${problem.path})` : ''
  const caret = ' '.repeat(problem.column - 1) + '^'.repeat(problem.length)
  const lines = [
    `${canvas.paint('red', `error[${code}]`)}: ${problem.message}`,
    `${gutter}--> ${problem.file}:${problem.line}:${problem.column}${path}`,
    `${gutter} |`,
    `${number.padStart(gutter.length)} | ${problem.source}`,
    `${gutter} | ${canvas.paint('red', caret)}`,
  ]
  if (problem.help) lines.push(`${gutter} = help: ${problem.help}`)
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
    ...(error.problems.length > 0 ? { problems: error.problems } : {}),
  })
}
