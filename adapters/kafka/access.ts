import { readFileSync } from 'node:fs'
import type { Kafka, SASLOptions } from 'kafkajs'
import type { KafkaSettings, Secret } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'

type KafkaOptions = ConstructorParameters<typeof Kafka>[0]

/** How brokers are reached. */
export interface KafkaAccess {
  readonly brokers: readonly string[]
  readonly ssl?: NonNullable<KafkaOptions['ssl']>
  readonly sasl?: SASLOptions
  /** What reads the log; the usual one where none is named. */
  readonly client?: NonNullable<KafkaSettings['client']>
}

/** A list of brokers alone is a connection without TLS and without sign-in. */
export type Brokers = readonly string[] | KafkaAccess

export const accessOf = (brokers: Brokers): KafkaAccess =>
  'brokers' in brokers ? brokers : { brokers }

/**
 * The configured access. Files and secrets are read now, so that what is missing is told before anything connects,
 * and again for every connection, so that new ones are used without a restart.
 * @throws CONFIG_SECRET_MISSING, CONFIG_FILE_UNREADABLE.
 */
export function kafkaAccess(
  { brokers, ssl, sasl, client }: KafkaSettings,
  secretOf: (secret: Secret, name: string) => string,
): KafkaAccess {
  const access = {
    brokers,
    ...(ssl === undefined ? {} : { ssl: tlsOptions(ssl, secretOf) }),
    ...(sasl === undefined ? {} : { sasl: signIn(sasl, secretOf) }),
    ...(client === undefined ? {} : { client }),
  }
  // Each getter once.
  Object.assign({}, access.ssl, access.sasl)
  return access
}

type SecretOf = (secret: Secret, name: string) => string

/** For `tls.connect`: clients copy the object, and so ask each getter, whenever they connect. */
function tlsOptions(
  { ca, certificate, key, passphrase }: NonNullable<KafkaSettings['ssl']>,
  secretOf: SecretOf,
) {
  const options = {}
  const get = (name: string, read: () => string) =>
    Object.defineProperty(options, name, { enumerable: true, get: read })
  if (ca) get('ca', () => readSetting(ca, 'kafka.ssl.ca'))
  if (certificate) get('cert', () => readSetting(certificate, 'kafka.ssl.certificate'))
  if (key) get('key', () => secretOf(key, 'kafka.ssl.key'))
  if (passphrase) get('passphrase', () => secretOf(passphrase, 'kafka.ssl.passphrase'))
  return options
}

function signIn(
  { mechanism, username, password }: NonNullable<KafkaSettings['sasl']>,
  secretOf: SecretOf,
): SASLOptions {
  return {
    mechanism,
    username,
    get password() {
      return secretOf(password, 'kafka.sasl.password')
    },
  }
}

function readSetting(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new DriftgateError('CONFIG_FILE_UNREADABLE', { name, file }, { cause })
  }
}
