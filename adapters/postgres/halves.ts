import { hash } from 'node:crypto'
import type pg from 'pg'
import type { Piece } from '../../contracts/prediction.ts'
import { CopyBytes } from './copy-bytes.ts'
import { copyIn } from './copy-in.ts'
import { rowRules } from './row-cipher.ts'

/** A request, a response or a whole prediction of a slice, or of a repair of one, that waits for a join. */
export interface LoggedHalf {
  readonly offset: bigint
  /** Its place in a record that holds several. */
  readonly place: number
  readonly piece: Piece
  readonly id: string
  /** Event time, milliseconds since 1970. */
  readonly timeMs: number
  readonly version: string
  readonly values: string
  /** Of its record; null: no row is kept of what it will be joined to. */
  readonly digest: Uint8Array | null
}

/** Bytes of SHA-256 by which ids and contents are told apart. */
export const digestBytes = 16

/** As the database works it out of values that are not encrypted. */
const contentOf = ({ version, values }: LoggedHalf): Buffer =>
  hash('sha256', `${version}\n${values}`, 'buffer')

const columns = [
  ...['reading', 'partition', 'repair', 'offset', 'place', 'request', 'id', 'at_ms', 'version'],
  ...['values', 'digest', 'key_id', 'content'],
]

/** `repair` 0: of a slice. Within the transaction that counts them. */
export async function insertHalves(
  client: pg.PoolClient,
  place: { readonly reading: string; readonly partition: number; readonly repair: number },
  halves: readonly LoggedHalf[],
): Promise<void> {
  if (halves.length === 0) return
  const { cipher } = await rowRules(client, place)
  const { keyId } = cipher
  const bytes = new CopyBytes()
  for (const half of halves) {
    bytes.row(columns.length)
    bytes.text(place.reading)
    bytes.int(place.partition)
    bytes.long(place.repair)
    bytes.long(Number(half.offset))
    bytes.int(half.place)
    if (half.piece === 'whole') bytes.none()
    else bytes.flag(half.piece === 'request')
    // As JSON, which can hold any text.
    bytes.text(JSON.stringify(half.id))
    bytes.long(half.timeMs)
    bytes.text(half.version)
    bytes.text(cipher.sealText('halves.values', half.values))
    if (half.digest === null) bytes.none()
    else bytes.bytes(half.digest)
    if (keyId === null) {
      bytes.none()
      bytes.none()
    } else {
      bytes.text(keyId)
      bytes.bytes(contentOf(half).subarray(0, digestBytes))
    }
  }
  await copyIn(client, { table: 'halves', columns }, bytes.end())
}
