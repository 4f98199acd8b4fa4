import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface DecisionKeys {
  /** Path of the private key that only the gateway reads; mode 600. */
  readonly signingKey: string
  /** Path of the public key for the workers. */
  readonly publicKey: string
}

/** The Ed25519 pair that signs decision tokens of a local project, made the first time. */
export function decisionKeys(folder: string): DecisionKeys {
  const signingKey = join(folder, 'decision-signing-key.pem')
  const publicKey = join(folder, 'decision-public-key.pem')
  if (existsSync(signingKey) && existsSync(publicKey)) return { signingKey, publicKey }
  const pair = generateKeyPairSync('ed25519')
  mkdirSync(folder, { recursive: true })
  // The public half first: a pair counts as made once the private half is there.
  write(publicKey, pair.publicKey.export({ type: 'spki', format: 'pem' }), 0o644)
  write(signingKey, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600)
  return { signingKey, publicKey }
}

function write(file: string, text: string | Buffer, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode })
  renameSync(`${file}.new`, file)
}
