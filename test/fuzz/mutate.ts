import type { RawRecord } from '../../formats/format.ts'
import { hostilePieces, hostileValues } from '../formats/hostile.ts'

type Next = () => number
const whole = (next: Next, below: number) => Math.floor(next() * below)
const one = <T>(next: Next, items: readonly T[]): T => items[whole(next, items.length)] as T

const values = Object.values(hostileValues)
const schemaIds = [0, 1, 2, 3, 2 ** 31, 2 ** 32 - 1]
const times = [-1, 0, 1, Date.UTC(2026, 0, 2), 253_402_300_800_000, 2 ** 53, 2 ** 63]

/** What may happen to the bytes of a record on its way. */
const changes: readonly ((bytes: Buffer, next: Next) => Buffer)[] = [
  (bytes, next) => bytes.subarray(0, whole(next, bytes.length + 1)),
  (bytes, next) => bytes.subarray(whole(next, bytes.length + 1)),
  (bytes, next) => splice(bytes, next, Buffer.from(one(next, hostilePieces))),
  (bytes, next) => splice(bytes, next, Buffer.from([whole(next, 256), whole(next, 256)])),
  (bytes, next) => {
    const flipped = Buffer.from(bytes)
    if (flipped.length > 0) flipped[whole(next, flipped.length)] = whole(next, 256)
    return flipped
  },
  (bytes, next) => {
    const [from, length] = [whole(next, bytes.length), whole(next, 40)]
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)])
  },
  (bytes, next) => {
    const from = whole(next, bytes.length)
    const times = next() < 0.01 ? 2_000 : 1 + whole(next, 5)
    const piece = bytes.subarray(from, from + 1 + whole(next, 60))
    return Buffer.concat([
      bytes.subarray(0, from),
      ...Array(times).fill(piece),
      bytes.subarray(from),
    ])
  },
  (bytes) => Buffer.concat([bytes, bytes]),
  // Of a framed record its schema: another one, or one that nobody registered.
  (bytes, next) => {
    const framed = Buffer.from(bytes)
    if (framed.length >= 5) framed.writeUInt32BE(one(next, schemaIds), 1)
    return framed
  },
]

/** A record after one to four mishaps of its value, its time, its key or its headers. */
export function mutate(record: RawRecord, next: Next): RawRecord {
  let changed = record
  for (let left = 1 + whole(next, 4); left > 0; left--) changed = mishap(changed, next)
  return changed
}

function mishap(record: RawRecord, next: Next): RawRecord {
  const chance = next()
  if (chance < 0.02) return { ...record, value: one(next, values) }
  if (chance < 0.05) return { ...record, timestampMs: one(next, times) }
  if (chance < 0.08) return { ...record, key: Buffer.from(one(next, hostilePieces)) }
  if (chance < 0.16 && record.headers)
    return { ...record, headers: headersAfter(record.headers, next) }
  if (record.value === null) return record
  // A broken byte is found by the parser; what is JSON still goes further.
  if (next() < 0.5) return { ...record, value: inJson(Buffer.from(record.value), next) }
  return { ...record, value: one(next, changes)(Buffer.from(record.value), next) }
}

function headersAfter(headers: NonNullable<RawRecord['headers']>, next: Next) {
  const name = one(next, [...Object.keys(headers), '__proto__', 'type', 'content-type', 'ce_type'])
  const { [name]: held, ...others } = headers
  const text = Buffer.from(one(next, [...hostilePieces, 'application/cloudevents+json']))
  const value = one(next, [undefined, text, [text, text], [], held])
  // A header of that name is a member like any other, as it is when a client parses it.
  return Object.fromEntries([...Object.entries(others), [name, value]])
}

function splice(bytes: Buffer, next: Next, piece: Buffer): Buffer {
  const at = whole(next, bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
}

const nodes: readonly (() => unknown)[] = [
  ...[null, true, -0, 1e308, -1, '', 'NaN', '\u0000', '\ud800', 'x'.repeat(5_000)].map(
    (value) => () => value,
  ),
  () => [],
  () => ({}),
  () => JSON.parse('{"__proto__":{"polluted":1},"length":3,"0":1}'),
  () => JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`),
  () => Array(3_000).fill(0),
  () => [2 ** 53, 0],
  () => [1_000_000_000, 1],
]

/** Puts something else at one place of a JSON value, so that it is JSON still. */
function inJson(bytes: Buffer, next: Next): Buffer {
  let parsed: unknown
  try {
    parsed = JSON.parse(bytes.toString())
  } catch {
    return bytes
  }
  let at = parsed as Record<string, unknown>
  for (;;) {
    if (typeof at !== 'object' || at === null) return bytes
    const names = Object.keys(at)
    if (names.length === 0) return bytes
    const name = one(next, names)
    const inner = at[name]
    if (typeof inner === 'object' && inner !== null && next() < 0.7) {
      at = inner as Record<string, unknown>
      continue
    }
    if (next() < 0.2) delete at[name]
    else at[name] = one(next, nodes)()
    return Buffer.from(JSON.stringify(parsed))
  }
}
