import { hash } from 'node:crypto'

/** Bytes that fit into one block of SHA-256 with their end mark and their length. */
const oneBlock = 55

/**
 * The first 8 bytes of SHA-256 of a prediction id, as two numbers: what orders samples and tells ids apart. Every row
 * needs it, and most ids fit into one block: those are hashed here, which saves a text, a call out of JavaScript and
 * the text of a digest for each.
 */
export class IdHash {
  /** The first four bytes, and the next four: in an array, so that none is made anew. */
  readonly words = new Uint32Array(2)

  of(id: string): this {
    // One character for each byte.
    const bytes = hash('sha256', id, 'binary')
    this.words[0] = wordAt(bytes, 0)
    this.words[1] = wordAt(bytes, 4)
    return this
  }

  /** Of an id as its bytes of UTF-8. */
  ofBytes(bytes: Uint8Array, from: number, end: number): this {
    if (end - from > oneBlock) return this.of(utf8.decode(bytes.subarray(from, end)))
    hashBlock(bytes, from, end, this.words)
    return this
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

const wordAt = (bytes: string, at: number): number =>
  (bytes.charCodeAt(at) << 24) |
  (bytes.charCodeAt(at + 1) << 16) |
  (bytes.charCodeAt(at + 2) << 8) |
  bytes.charCodeAt(at + 3)

const primes = Array.from({ length: 310 }, (_, i) => i + 2).filter((n) => {
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false
  return true
})
const fraction = (x: number): number => Math.floor((x % 1) * 2 ** 32)
/** The constants of the rounds and of the beginning: of cube roots and of square roots (FIPS 180-4, 4.2.2 and 5.3.3). */
const constants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)))
const initial = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))
const schedule = new Int32Array(64)

/** The first two words of SHA-256 of at most 55 bytes (FIPS 180-4, 6.2.2). */
function hashBlock(bytes: Uint8Array, from: number, end: number, words: Uint32Array): void {
  const w = schedule
  const length = end - from
  w.fill(0, 0, 15)
  for (let i = 0; i < length; i++) w[i >> 2]! |= (bytes[from + i] as number) << (24 - 8 * (i & 3))
  w[length >> 2]! |= 0x80 << (24 - 8 * (length & 3))
  w[15] = 8 * length
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number
    const y = w[i - 2] as number
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0
  }
  let a = initial[0] as number
  let b = initial[1] as number
  let c = initial[2] as number
  let d = initial[3] as number
  let e = initial[4] as number
  let f = initial[5] as number
  let g = initial[6] as number
  let h = initial[7] as number
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const chosen = g ^ (e & (f ^ g))
    const t1 = (h + s1 + chosen + (constants[i] as number) + (w[i] as number)) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const majority = (a & b) | (c & (a | b))
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + s0 + majority) | 0
  }
  words[0] = (initial[0] as number) + a
  words[1] = (initial[1] as number) + b
}
