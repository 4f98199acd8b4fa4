import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

export interface EncryptionKey {
  readonly id: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

const ivBytes = 12
const tagBytes = 16

/** Bytes that encryption adds. */
export const sealBytes = ivBytes + tagBytes

/**
 * Encrypts with AES-256-GCM. `bound` is authenticated with it and has to be the same when it is opened.
 *
 * Returns 12 bytes initialisation vector, 16 bytes tag, then the ciphertext. The vector is random unless one is given; one
 * key is good for 2^32 random ones (NIST SP 800-38D, 8.3).
 */
export function seal(
  key: Uint8Array,
  plain: Uint8Array,
  bound: Uint8Array,
  iv: Uint8Array = randomBytes(ivBytes),
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
  cipher.setAAD(bound)
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([iv, cipher.getAuthTag(), body])
}

/** Throws where anything of it, of `bound` or of the key is another. */
export function unseal(key: Uint8Array, sealed: Uint8Array, bound: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(bound)
  decipher.setAuthTag(bytes.subarray(ivBytes, sealBytes))
  return Buffer.concat([decipher.update(bytes.subarray(sealBytes)), decipher.final()])
}

/**
 * A vector that follows from what is encrypted, by a key that is derived for this alone: the same becomes the same, which
 * tells that two are equal and nothing else (as a synthetic vector does, RFC 5297). For what has to be grouped unread.
 */
export function vectorOf(key: Uint8Array, plain: Uint8Array, bound: Uint8Array): Buffer {
  const own = vectorKeyOf(key)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bound.length)
  const mac = createHmac('sha256', own).update(length).update(bound).update(plain).digest()
  return mac.subarray(0, ivBytes)
}

/** Deriving one costs more than a vector. */
const vectorKeys = new WeakMap<Uint8Array, Uint8Array>()

function vectorKeyOf(key: Uint8Array): Uint8Array {
  const known = vectorKeys.get(key)
  if (known !== undefined) return known
  const own = new Uint8Array(hkdfSync('sha256', key, '', 'driftgate synthetic vectors', 32))
  vectorKeys.set(key, own)
  return own
}
