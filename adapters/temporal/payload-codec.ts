import type { Payload, PayloadCodec } from '@temporalio/common'
import { DriftgateError } from '../../contracts/errors.ts'
import { type EncryptionKey, seal, unseal } from '../encryption/aes-gcm.ts'

/** Names within the metadata of a payload, which Temporal stores as they are. */
const encoding = 'encoding'
const keyIdField = 'encryption-key-id'
const encrypted = 'binary/encrypted'

/**
 * Encrypts every payload with AES-256-GCM: the first key encrypts, all of them decrypt. The payload's own metadata are
 * encrypted with it; format, key id and namespace, which stay readable, are bound to it as associated data, so that none
 * of them can be exchanged. What was stored before encryption was switched on is passed as it is.
 *
 * Data: 12 bytes initialisation vector (random), 16 bytes tag, then the ciphertext.
 * @throws TEMPORAL_KEY_UNKNOWN, TEMPORAL_PAYLOAD_UNREADABLE, both naming the key id.
 */
export function encryptingCodec(
  keys: readonly [EncryptionKey, ...EncryptionKey[]],
  namespace: string,
): PayloadCodec {
  const [current] = keys
  const byId = new Map(keys.map((one) => [one.id, one]))
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, current, namespace)),
    decode: async (payloads) =>
      payloads.map((payload) => {
        if (textOf(payload, encoding) !== encrypted) return payload
        const id = textOf(payload, keyIdField)
        const key = byId.get(id)
        if (key === undefined) throw new DriftgateError('TEMPORAL_KEY_UNKNOWN', { id })
        return decrypt(payload, key, namespace)
      }),
  }
}

function encrypt(payload: Payload, { id, key }: EncryptionKey, namespace: string): Payload {
  return {
    metadata: { [encoding]: Buffer.from(encrypted), [keyIdField]: Buffer.from(id) },
    data: seal(key, packed(payload), boundTo(id, namespace)),
  }
}

function decrypt({ data }: Payload, { id, key }: EncryptionKey, namespace: string): Payload {
  try {
    return unpacked(unseal(key, data ?? Buffer.alloc(0), boundTo(id, namespace)))
  } catch (cause) {
    throw new DriftgateError('TEMPORAL_PAYLOAD_UNREADABLE', { id }, { cause })
  }
}

const boundTo = (id: string, namespace: string): Buffer =>
  Buffer.from(JSON.stringify([encrypted, id, namespace]))

const textOf = ({ metadata }: Payload, name: string): string =>
  Buffer.from(metadata?.[name] ?? []).toString()

/** Length of the metadata as JSON (4 bytes, big endian), the metadata, the data. */
function packed({ metadata, data }: Payload): Buffer {
  const pairs = Object.entries(metadata ?? {}).map(([name, value]) => [
    name,
    Buffer.from(value).toString('base64'),
  ])
  const header = Buffer.from(JSON.stringify(pairs))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(header.length)
  return Buffer.concat([length, header, data ?? Buffer.alloc(0)])
}

function unpacked(bytes: Buffer): Payload {
  const end = 4 + bytes.readUInt32BE(0)
  const pairs = JSON.parse(bytes.toString('utf8', 4, end)) as [string, string][]
  return {
    metadata: Object.fromEntries(
      pairs.map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    ),
    data: bytes.subarray(end),
  }
}
