import { ApplicationFailure } from '@temporalio/common'
import { DriftgateError } from '../../contracts/errors.ts'

type Activities = Record<string, (input: never) => Promise<unknown>>

/**
 * The one place where errors become Temporal failures: the code is the failure's type, and the error
 * table says whether Temporal tries again. What has no code is tried again, except a defect that no
 * repetition mends.
 */
export function asActivities<A extends object>(activities: A): A {
  const wrapped = Object.entries(activities as Activities).map(([name, run]) => [
    name,
    async (input: never) => {
      try {
        return await run(input)
      } catch (error) {
        throw toFailure(error)
      }
    },
  ])
  return Object.fromEntries(wrapped) as A
}

/** What Temporal shall see of an error; cancellations and failures pass as they are. */
export function toFailure(error: unknown): unknown {
  if (error instanceof DriftgateError) {
    return ApplicationFailure.create({
      type: error.code,
      message: error.message,
      nonRetryable: !error.entry.retryable,
      details: [error.details],
      cause: error,
    })
  }
  if (!isDefect(error)) return error
  const message = (error as Error).message
  return ApplicationFailure.create({
    type: 'INTERNAL',
    message,
    nonRetryable: true,
    cause: error as Error,
  })
}

/** A value that is not what its schema says, or SQL that does not fit the tables. */
function isDefect(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'ZodError' || error.name === '$ZodError') return true
  const state = 'code' in error ? String(error.code) : ''
  return /^(22|42)[0-9A-Z]{3}$/.test(state)
}
