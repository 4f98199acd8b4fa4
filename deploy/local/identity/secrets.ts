import { createHash, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface LocalSecrets {
  /** Signs tokens; kept, so that they stay valid when the server starts again. */
  readonly jwks: { keys: JsonWebKey[] }
  readonly cookieKeys: string[]
}

/** Reads `secrets.json` of the folder (mode 600), or makes it the first time. */
export function localSecrets(folder: string): LocalSecrets {
  const file = join(folder, 'secrets.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LocalSecrets
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
