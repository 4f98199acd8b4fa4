import { readFileSync } from 'node:fs'
import type { Secret } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'

/**
 * The value behind a reference, without a final newline.
 * @param name where the configuration names it ("gateway.signingKey"), for the error.
 * @throws DriftgateError CONFIG_SECRET_MISSING: says where was looked, never what was found.
 */
export function readSecret(secret: Secret | undefined, name: string): string {
  if (secret === undefined) {
    throw new DriftgateError('CONFIG_SECRET_MISSING', { name, source: 'the configuration' })
  }
  if ('env' in secret) {
    const value = process.env[secret.env]
    if (value) return value
    throw new DriftgateError('CONFIG_SECRET_MISSING', { name, source: `environment ${secret.env}` })
  }
  try {
    return readFileSync(secret.file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new DriftgateError('CONFIG_SECRET_MISSING', { name, source: secret.file }, { cause })
  }
}
