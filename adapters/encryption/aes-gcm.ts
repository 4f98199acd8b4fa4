import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'

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
  iv: Uint8Array = randomVector(),
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', preparedOf(key).cipher, iv, {
    authTagLength: tagBytes,
  })
  cipher.setAAD(bound)
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([iv, cipher.getAuthTag(), body])
}

/** Throws where anything of it, of `bound` or of the key is another. */
export function unseal(key: Uint8Array, sealed: Uint8Array, bound: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const iv = bytes.subarray(0, ivBytes)
  const decipher = createDecipheriv('aes-256-gcm', preparedOf(key).cipher, iv, {
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
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bound.length)
  const mac = createHmac('sha256', preparedOf(key).vectors)
    .update(length)
    .update(bound)
    .update(plain)
    .digest()
  return mac.subarray(0, ivBytes)
}

interface PreparedKey {
  readonly cipher: KeyObject
  readonly vectors: KeyObject
}

/** Making these of the bits costs several times what they then do to one row. */
const prepared = new WeakMap<Uint8Array, PreparedKey>()

function preparedOf(key: Uint8Array): PreparedKey {
  const known = prepared.get(key)
  if (known !== undefined) return known
  const derived = hkdfSync('sha256', key, '', 'driftgate synthetic vectors', 32)
  const made = {
    cipher: createSecretKey(key),
    vectors: createSecretKey(new Uint8Array(derived)),
  }
  prepared.set(key, made)
  return made
}

/** Random bytes are asked for of many vectors at once, for the same reason; each is handed out once. */
const vectors = Buffer.alloc(1_024 * ivBytes)
let handedOut = vectors.length

function randomVector(): Buffer {
  if (handedOut === vectors.length) {
    randomFillSync(vectors)
    handedOut = 0
  }
  handedOut += ivBytes
  return Buffer.from(vectors.subarray(handedOut - ivBytes, handedOut))
}
