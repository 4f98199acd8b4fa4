import { readSecret } from '../adapters/files/read-secret.ts'
import {
  type LabelTableReader,
  openLabelTable,
  type TableRow,
} from '../adapters/postgres/label-table.ts'
import { commitSlices, cursorAt, headsOf, type Slice } from '../adapters/postgres/ledger.ts'
import type { LabelReading } from '../adapters/postgres/readings.ts'
import type { LabelTable } from '../contracts/label-table.ts'
import { erasedIdsOf } from './erased-ids.ts'
import { LabelSlice } from './label-slice.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { ScanDeps } from './scan-deps.ts'

/** The rows of a table are one partition: they are numbered in the order in which they were read. */
export const tablePartition = 0

/** Rows of one slice. */
const mostRows = 10_000

export interface TableOptions {
  readonly keepBadBytes: boolean
  readonly rate: number
  readonly signal?: AbortSignal | undefined
  /** Told the head after every committed slice. */
  readonly onSlice?: ((next: bigint) => void) | undefined
  /** Of one slice. */
  readonly rows?: number
}

/**
 * Reads every row of a table that can be read now and was not read, in the order of its cursor, slice by slice; each is
 * committed as a whole with the place of its last row, if nobody else moved the head. Returns how many rows were ever read.
 *
 * Errors: LABELS_TABLE_UNREACHABLE and POSTGRES_UNREACHABLE (retryable), LABELS_TABLE_UNFIT, CONFIG_SECRET_MISSING.
 */
export async function readLabelTable(
  deps: Pick<ScanDeps, 'db' | 'onPhase'>,
  reading: LabelReading,
  source: LabelTable,
  options: TableOptions,
): Promise<bigint> {
  return oneAtATime(`${reading.id}/${tablePartition}`, async () => {
    const table = await openLabelTable(readSecret(source.url, 'labels.source.url'), source)
    try {
      const horizon = await table.horizon()
      for (;;) {
        options.signal?.throwIfAborted()
        const head = (await headsOf(deps.db, reading.id)).get(tablePartition) ?? 0n
        await deps.onPhase?.('before fetch')
        const slice = await nextSlice(deps, { reading, table, head, horizon }, options)
        if (slice === null) return head
        await deps.onPhase?.('after fetch')
        // Somebody else moved the head meanwhile, or a prediction was erased: this begins anew.
        if (await commitSlices(deps.db, [slice], deps.onPhase)) options.onSlice?.(slice.to)
      }
    } finally {
      await table.close()
    }
  })
}

interface TablePlace {
  readonly reading: LabelReading
  readonly table: LabelTableReader
  readonly head: bigint
  readonly horizon: string
}

/** Null: there is no row to be read. */
async function nextSlice(
  { db }: Pick<ScanDeps, 'db'>,
  { reading, table, head, horizon }: TablePlace,
  { keepBadBytes, rate, rows: most = mostRows }: TableOptions,
): Promise<Slice | null> {
  const after = await cursorAt(db, reading.id, tablePartition, head)
  const rows = await table.read(after, horizon, most)
  const last = rows.at(-1)
  if (last === undefined) return null
  const erased = await erasedIdsOf(db, reading.model)
  const place = { partition: tablePartition, from: head }
  const builder = new LabelSlice(reading, place, { keepBadBytes, rate, erased })
  for (const [index, row] of rows.entries()) builder.take(recordOf(row, head + BigInt(index)))
  const { good, bad, foreign, deadLetters } = builder
  return {
    ...{ reading: reading.id, topic: reading.topic, ...place, to: head + BigInt(rows.length) },
    ...{ good, bad, foreign, lost: 0, unread: 0, moreRows: 0, ahead: 0, repeated: 0 },
    ...{ parts: [], halves: [], predictions: null, deadLetters, labels: builder.labels() },
    ...{ erasedHalves: 0, erasure: erased.number, cursor: { at: last.at, key: last.key } },
  }
}

const recordOf = ({ value, atMs }: TableRow, offset: bigint) => ({
  ...{ value: Buffer.from(value), timestampMs: atMs, offset: String(offset) },
})
