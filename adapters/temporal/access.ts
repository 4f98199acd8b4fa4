import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DataConverter } from '@temporalio/common'
import type { Secret, TemporalSettings } from '../../contracts/config.ts'
import type { EncryptionKey } from '../encryption/aes-gcm.ts'
import { keyBytes } from '../encryption/key-bytes.ts'
import { encryptingCodec } from './payload-codec.ts'

/** How Temporal is reached, and what is done to everything that it is to keep. */
export interface TemporalAccess {
  readonly address: string
  readonly namespace: string
  /** For every client, worker and bundle of workflows; absent: payloads are stored as they are. */
  readonly dataConverter?: DataConverter
  /** Settings with keys are no access: `temporalAccess` makes one of them, and nobody forgets to encrypt. */
  readonly encryption?: never
}

const failureConverterPath = fileURLToPath(
  new URL(`./encoded-failures${extname(import.meta.url)}`, import.meta.url),
)

/**
 * The configured access. Keys are read now: a process is started anew to learn others.
 * @throws CONFIG_SECRET_MISSING, CONFIG_SECRET_INVALID.
 */
export function temporalAccess(
  { address, namespace, encryption }: TemporalSettings,
  secretOf: (secret: Secret, name: string) => string,
): TemporalAccess {
  if (encryption === undefined) return { address, namespace }
  const keys = encryption.keys.map(({ id, key }, place) => {
    const name = `temporal.encryption.keys[${place}].key`
    return { id, key: keyBytes(secretOf(key, name), name) }
  }) as [EncryptionKey, ...EncryptionKey[]]
  return { address, namespace, dataConverter: encryptingConverter(keys, namespace) }
}

/** A converter whose payloads and failures only these keys can read. */
export const encryptingConverter = (
  keys: readonly [EncryptionKey, ...EncryptionKey[]],
  namespace: string,
): DataConverter => ({
  payloadCodecs: [encryptingCodec(keys, namespace)],
  failureConverterPath,
})
