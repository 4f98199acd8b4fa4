import { DriftgateError } from '../../contracts/errors.ts'

/** The 32 bytes of a key as a secret holds it. Throws CONFIG_SECRET_INVALID with the name of the setting. */
export function keyBytes(text: string, name: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  // Node skips what is no base64: only a text that comes back the same was read whole.
  const whole = bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
  if (bytes.length === 32 && whole) return bytes
  throw new DriftgateError('CONFIG_SECRET_INVALID', { name, wanted: '32 bytes in base64' })
}
