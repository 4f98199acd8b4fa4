import { readFileSync } from 'node:fs'
import type { Secret } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'

/**
 * The value of a secret, read again at each call so that a rotated one is used at once. Never logged.
 * @param name the setting that refers to it, for the message: `postgres.password`.
 * @throws CONFIG_SECRET_MISSING naming the place that was looked at, never a value.
 */
export function readSecret(
  secret: Secret | undefined,
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (secret === undefined) {
    throw new DriftgateError('CONFIG_SECRET_MISSING', { name, source: 'the configuration' })
  }
  if ('env' in secret) {
    const value = environment[secret.env]
    if (value) return value
    const source = `the environment variable ${secret.env}`
    throw new DriftgateError('CONFIG_SECRET_MISSING', { name, source })
  }
  try {
    return readFileSync(secret.file, 'utf8').trim()
  } catch (cause) {
    const source = `the file ${secret.file}`
    throw new DriftgateError('CONFIG_SECRET_MISSING', { name, source }, { cause })
  }
}
