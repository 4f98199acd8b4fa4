import { DriftgateError } from '../../contracts/errors.ts'

/** Codes of node:tls and OpenSSL for a certificate that is not trusted, or a peer that speaks no TLS. */
const tlsCode =
  /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_OSSL_)/

/** What kafkajs wraps its errors in says nothing: the first cause that explains it does. */
export function kafkaFailure(cause: unknown, brokers: string): DriftgateError {
  for (let error: unknown = cause; error instanceof Error; error = error.cause) {
    if (error instanceof DriftgateError) return error
    const { name, code } = error as Error & { code?: unknown }
    if (name === 'KafkaJSSASLAuthenticationError') {
      return new DriftgateError(
        'KAFKA_SIGN_IN_REFUSED',
        { brokers, reason: oneLine(error) },
        { cause },
      )
    }
    if (typeof code === 'string' && tlsCode.test(code)) {
      return new DriftgateError('KAFKA_TLS_FAILED', { brokers, reason: oneLine(error) }, { cause })
    }
  }
  return new DriftgateError('KAFKA_UNREACHABLE', { brokers }, { cause })
}

const oneLine = ({ message }: Error): string =>
  (message.split('\n')[0] ?? '').replace(/^Connection error: /, '')
