import { STATUS_CODES } from 'node:http'
import { ZodError, type z } from 'zod'
import type { problemAnswer } from '../contracts/api.ts'
import { DriftgateError } from '../contracts/errors.ts'

export type Problem = z.infer<typeof problemAnswer>

/** An error as it is answered. @see https://www.rfc-editor.org/rfc/rfc9457 */
export function toProblem(error: DriftgateError, instance: string): Problem {
  const { status } = error.entry
  return {
    type: `urn:driftgate:error:${error.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: error.code,
    detail: error.message,
    help: error.help,
    instance,
    details: Object.fromEntries(
      Object.entries(error.details).filter(([, value]) => value !== undefined),
    ) as NonNullable<Problem['details']>,
    ...(error.problems.length > 0 ? { problems: error.problems.map((each) => ({ ...each })) } : {}),
  }
}

/**
 * Any error as a coded one. What a client did wrong says so; what we did not expect names only the
 * request, whose log line has the rest.
 */
export function toCoded(error: unknown, requestId: string): DriftgateError {
  if (error instanceof DriftgateError) return error
  if (error instanceof ZodError) {
    const reason = error.issues
      .map(({ message, path }) => (path.length > 0 ? `${message} (${path.join('.')})` : message))
      .join('; ')
    return new DriftgateError('REQUEST_INVALID', { reason }, { cause: error })
  }
  if (isClientError(error)) {
    return new DriftgateError('REQUEST_INVALID', { reason: error.message }, { cause: error })
  }
  if (isDatabaseDown(error)) {
    return new DriftgateError('POSTGRES_UNREACHABLE', { address: 'postgres.url' }, { cause: error })
  }
  const reason = `the gateway's log has it under request ${requestId}`
  return new DriftgateError('INTERNAL', { reason }, { cause: error })
}

/** Fastify's own refusals: a body that is no JSON, too large, of another type. */
const isClientError = (error: unknown): error is Error =>
  error instanceof Error &&
  'statusCode' in error &&
  typeof error.statusCode === 'number' &&
  error.statusCode >= 400 &&
  error.statusCode < 500

/** Connections refused or lost, and classes 08, 57P0x of https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isDatabaseDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    /^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|ENOTFOUND|EPIPE)$/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect/.test(error.message)
  )
}
