import type { Db } from './pool.ts'

/** A record of a partition that was read: another epoch at its offset means that the log was written anew. */
export interface LogMark {
  readonly offset: bigint
  /** Of the leader that took it from its producer. */
  readonly epoch: number
}

/** By partition; none where nothing is known. */
export async function marksOf(db: Db, reading: string): Promise<Map<number, LogMark>> {
  const { rows } = await db.query<{ partition: number; offset: string; epoch: number }>(
    `select partition, marked_offset as "offset", marked_epoch as epoch from ledger_heads
     where reading = $1 and marked_offset is not null order by partition`,
    [reading],
  )
  return new Map(
    rows.map(({ partition, offset, epoch }) => [partition, { offset: BigInt(offset), epoch }]),
  )
}

/** A later mark stays. */
export async function setMark(
  db: Db,
  reading: string,
  partition: number,
  { offset, epoch }: LogMark,
): Promise<void> {
  await db.query(
    `update ledger_heads set marked_offset = $3, marked_epoch = $4
     where reading = $1 and partition = $2 and coalesce(marked_offset, -1) < $3`,
    [reading, partition, String(offset), epoch],
  )
}
