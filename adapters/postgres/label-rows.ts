import type pg from 'pg'
import { CopyBytes } from './copy-bytes.ts'
import { copyIn } from './copy-in.ts'
import type { Db } from './pool.ts'

/** What brings labels: a slice, by its reading's number. */
export interface LabelsFrom {
  readonly reading: number
  readonly partition: number
  readonly from: bigint
}

/** Labels as they go into the table. */
export interface KeptLabels {
  /** 1: all that there were; below, a sample by the hash of the prediction id. */
  readonly rate: number
  readonly rows: number
  /** Those besides that are not kept, since their prediction was erased. */
  readonly erased: number
  /** In the binary form of COPY. */
  readonly bytes: Uint8Array
}

const columns = ['reading', 'partition', 'from_offset', 'at', 'offset', 'id', 'value', 'class']

/** PostgreSQL counts microseconds from 2000. */
const epochMs = Date.UTC(2000, 0, 1)

/** Collects labels as bytes, of a million none as an object. */
export class LabelRows {
  rows = 0
  erased = 0
  readonly #bytes = new CopyBytes()
  /** What every row begins with. */
  readonly #head: Uint8Array

  constructor({ reading, partition, from }: LabelsFrom) {
    this.#head = CopyBytes.of((bytes) => {
      bytes.row(columns.length)
      bytes.int(reading)
      bytes.int(partition)
      bytes.long(Number(from))
    })
  }

  /** The id must be one that tables can hold. */
  add(timeMs: number, offset: number, id: string, label: number | string | null): void {
    const bytes = this.#bytes
    this.rows++
    bytes.raw(this.#head)
    bytes.long((timeMs - epochMs) * 1_000)
    bytes.long(offset)
    bytes.text(id)
    if (typeof label === 'number') bytes.double(label)
    else bytes.none()
    if (typeof label === 'string') bytes.text(label)
    else bytes.none()
  }

  /** Nothing is added after it. */
  settle(rate: number): KeptLabels {
    return { rate, rows: this.rows, erased: this.erased, bytes: this.#bytes.end() }
  }
}

/**
 * Makes the tables of the day that it is, and of the next one, which may begin before a transaction ends. Called before
 * a transaction that inserts, never inside one, as `ensurePartitions`.
 */
export async function ensureLabelDays(db: Db): Promise<void> {
  await db.query(`select ensure_label_day((now() at time zone 'UTC')::date + days)
                  from generate_series(0, 1) as days`)
}

/** Within the transaction of the slice that brings them. */
export async function insertLabels(
  client: pg.PoolClient,
  kept: KeptLabels | null,
  table = 'labels',
): Promise<void> {
  if (kept === null || kept.rows === 0) return
  await copyIn(client, { table, columns }, kept.bytes)
}

/** Those of a repair, whose number is only known within its transaction. */
export async function insertRepairedLabels(
  client: pg.PoolClient,
  kept: KeptLabels | null,
  repair: number,
): Promise<void> {
  if (kept === null || kept.rows === 0) return
  const names = columns.map((column) => `"${column}"`).join(', ')
  await client.query(
    'create temp table repaired_labels (like labels including defaults) on commit drop',
  )
  await insertLabels(client, kept, 'repaired_labels')
  await client.query(
    `insert into labels (${names}, repair) select ${names}, $1 from repaired_labels`,
    [repair],
  )
}
