import { chatErrors } from './error-table/chat.ts'
import { configurationErrors } from './error-table/configuration.ts'
import type { ErrorEntry } from './error-table/entry.ts'
import { filesErrors } from './error-table/files.ts'
import { guardErrors } from './error-table/guard.ts'
import { logsErrors } from './error-table/logs.ts'
import { peopleErrors } from './error-table/people.ts'
import { rowsErrors } from './error-table/rows.ts'
import { streamsErrors } from './error-table/streams.ts'
import { temporalErrors } from './error-table/temporal.ts'
import { trainingErrors } from './error-table/training.ts'
import type { SettingsProblem } from './settings-problem.ts'

export type { ErrorEntry }

/**
 * Every coded error Driftgate can raise; a new one is a row in `error-table/`, by area.
 * `docs/reference/errors.md` has a heading for each, checked by test.
 */
export const errorTable = {
  ...configurationErrors,
  ...filesErrors,
  ...logsErrors,
  ...temporalErrors,
  ...trainingErrors,
  ...peopleErrors,
  ...chatErrors,
  ...guardErrors,
  ...rowsErrors,
  ...streamsErrors,
}

export type ErrorCode = keyof typeof errorTable

export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | undefined>>

/** The one error class: a code of the table, the details that fill its sentence, and the cause. */
export class DriftgateError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  /** For CONFIG_INVALID: every problem at its place in the file. */
  readonly problems: readonly SettingsProblem[]

  constructor(
    code: ErrorCode,
    details: ErrorDetails = {},
    options: { cause?: unknown; problems?: readonly SettingsProblem[] } = {},
  ) {
    super(fill(errorTable[code].sentence, details), { cause: options.cause })
    this.name = 'DriftgateError'
    this.code = code
    this.details = details
    this.problems = options.problems ?? []
  }

  get entry(): ErrorEntry {
    return errorTable[this.code]
  }

  get help(): string {
    return fill(errorTable[this.code].help, this.details)
  }
}

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorTable, value)

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''))
}
