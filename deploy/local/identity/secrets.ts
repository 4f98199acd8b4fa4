import { createHash, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface LocalSecrets {
  /** Signs tokens; kept, so that they stay valid when the server starts again. */
  readonly jwks: { keys: JsonWebKey[] }
  readonly cookieKeys: string[]
  /** Of the client that answers drills, also in the file `drill-secret` of the folder. */
  readonly drillSecret: string
}

/** Reads the files of the folder (mode 600), or makes them the first time. */
export const localSecrets = (folder: string): LocalSecrets => ({
  ...keysIn(folder),
  drillSecret: drillSecretIn(folder),
})

function drillSecretIn(folder: string): string {
  const file = join(folder, 'drill-secret')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const secret = randomBytes(32).toString('base64url')
  writeFileSync(file, `${secret}\n`, { mode: 0o600 })
  return secret
}

function keysIn(folder: string): Omit<LocalSecrets, 'drillSecret'> {
  const file = join(folder, 'secrets.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Omit<LocalSecrets, 'drillSecret'>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
    .slice(0, 16)
  const key = { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }
  const secrets = { jwks: { keys: [key] }, cookieKeys: [randomBytes(32).toString('base64url')] }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return secrets
}
