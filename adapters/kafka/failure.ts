import { DriftgateError } from '../../contracts/errors.ts'
import type { LogClientKind } from './log-client.ts'

/** Codes of node:tls and OpenSSL for a certificate that is not trusted, or a peer that speaks no TLS. */
const tlsCode =
  /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_OSSL_)/

/** What clients wrap their errors in says nothing: the first one within that explains it does. */
export function kafkaFailure(
  cause: unknown,
  brokers: string,
  meaningOf: LogClientKind['meaningOf'],
): DriftgateError {
  const errors = [...errorsWithin(cause)]
  // Settings that cannot be read any more come before what a client makes of it.
  const own = errors.find((error) => error instanceof DriftgateError)
  if (own !== undefined) return own
  for (const error of errors) {
    const { code } = error as Error & { code?: unknown }
    const details = { brokers, reason: oneLine(error) }
    if (meaningOf(error) === 'sign-in refused') {
      return new DriftgateError('KAFKA_SIGN_IN_REFUSED', details, { cause })
    }
    if (typeof code === 'string' && tlsCode.test(code)) {
      return new DriftgateError('KAFKA_TLS_FAILED', details, { cause })
    }
  }
  return new DriftgateError('KAFKA_UNREACHABLE', { brokers }, { cause })
}

/** The error, what it collects and what caused it. */
export function* errorsWithin(error: unknown): Generator<Error> {
  if (!(error instanceof Error)) return
  yield error
  if (error instanceof AggregateError) for (const one of error.errors) yield* errorsWithin(one)
  yield* errorsWithin(error.cause)
}

const oneLine = ({ message }: Error): string =>
  (message.split('\n')[0] ?? '').replace(/^Connection error: /, '')
