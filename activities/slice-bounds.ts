import type { DeadLetter } from '../adapters/postgres/dead-letters.ts'
import { erasedReason } from '../adapters/postgres/erase-sealed-letters.ts'
import type { ErasedIds } from '../profiles/index.ts'
import { brokerTime } from './broker-time.ts'
import type { KeptRecord } from './prediction-keeper.ts'

/** Records of one slice: what is lost when a worker dies, and what one transaction writes. */
export const mostRecords = 50_000
const mostMs = 10_000
/** Records between two looks at the clock. */
const untimed = 64

/** Whether a slice that began then (`performance.now`) has taken long enough after so many records. */
export const isLong = (records: number, began: number): boolean =>
  records % untimed === 0 && performance.now() - began >= mostMs

/**
 * A record that could not be read; its bytes stay where the configuration says so, and where they hold no prediction that
 * was erased.
 */
export const deadLetterOf = (
  record: KeptRecord,
  { reason, field }: { readonly reason: string; readonly field?: string },
  keepBytes: boolean,
  erased: ErasedIds,
): DeadLetter => {
  const says = erased.isInText(`${reason} ${field ?? ''}`)
  const bytes = keepBytes ? record.value : null
  return {
    offset: BigInt(record.offset),
    code: 'RECORD_MALFORMED',
    reason: says ? erasedReason : reason,
    field: says ? null : (field ?? null),
    bytes: bytes !== null && erased.isIn(bytes) ? null : bytes,
    at: brokerTime(record.timestampMs),
  }
}
