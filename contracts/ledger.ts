import { z } from 'zod'

/** Sums of what became of offsets: together they are the offsets passed. */
export const ledgerCounts = z.object({
  good: z.number(),
  bad: z.number(),
  /** Records of other models. */
  foreign: z.number(),
  /** Removed by retention before they were read. */
  lost: z.number(),
  /** Offsets without a record to read: control records, aborted transactions, holes that compaction left. */
  unread: z.number(),
})
export type LedgerCounts = z.infer<typeof ledgerCounts>

/** Rows among those of the good records that are odd. */
const oddRows = z.object({
  /** With an event time more than a minute after the broker received them. */
  ahead: z.number(),
  /** With an id that their slice had before: at least so many came more than once. */
  repeated: z.number(),
})

/** What was read and committed at once, before any repair: offsets in [from, to) of one partition. */
export const ledgerSlice = ledgerCounts.extend(oddRows.shape).extend({
  partition: z.number().int(),
  from: z.string(),
  to: z.string(),
  /** ISO 8601. */
  committedAt: z.string(),
})
export type LedgerSlice = z.infer<typeof ledgerSlice>

/** Bad records of a slice that were fetched again and could then be read. */
export const ledgerRepair = ledgerCounts.pick({ good: true, foreign: true }).extend({
  /** Numbered per reading, in the order in which they were committed. */
  repair: z.number().int(),
  partition: z.number().int(),
  /** The slice that it repairs. */
  from: z.string(),
  to: z.string(),
  committedAt: z.string(),
})
export type LedgerRepair = z.infer<typeof ledgerRepair>

/** One partition of a reading, repairs included: every offset in [began, head) was passed. */
export const ledgerPartition = ledgerCounts.extend(oddRows.shape).extend({
  partition: z.number().int(),
  began: z.string(),
  /** Where it was opened: what lies below was backfilled. */
  opened: z.string(),
  head: z.string(),
  slices: z.number().int(),
})
export type LedgerPartition = z.infer<typeof ledgerPartition>

export const faultKind = z.enum([
  /** Offsets from `found` to `expected` that no slice passed, or that two did. */
  'GAP',
  'OVERLAP',
  /** The counts of a slice are not its offsets. */
  'COUNTS',
  /** The rows in the parts of a slice or a repair are not its good records. */
  'PARTS',
  /** The rows that slices gave to merged parts are not those of the merged parts. */
  'MERGED',
  /** The dead letters of a slice are not its bad records, or those that a repair could read not its records. */
  'DEAD_LETTERS',
  /** The rows in the parts of a join are not those that it came to. Its number stands as the offset. */
  'JOINS',
  /** What waited for a join and none counted, or two did; or not as much waits as its slice says. */
  'HALVES',
  /** The ids by which a join's rows are known are not as many as it left. */
  'IDS',
  /** Rows of predictions that were kept for labels are not those that the slice, the repair or the join kept. */
  'PREDICTIONS',
  /** Labels that are held are not those that their slice kept. */
  'LABELS',
  /** Parts or dead letters that belong to no slice, slices that belong to no head. */
  'STRAY',
])

/** Where a ledger does not add up. */
export const ledgerFault = z.object({
  fault: faultKind,
  partition: z.number().int(),
  /** The offset at which it shows. */
  offset: z.string(),
  expected: z.string(),
  found: z.string(),
})
export type LedgerFault = z.infer<typeof ledgerFault>

export const ledgerReading = z.object({
  reading: z.string(),
  topic: z.string(),
  /** What its records are. */
  content: z.enum(['predictions', 'labels']).default('predictions'),
  format: z.string(),
  /** ISO 8601. */
  since: z.string(),
  /** The first window that it holds as a whole, ISO 8601; null: it began with the first record of the log. */
  windowsFrom: z.string().nullable(),
  /** Rows that came more than once and count once, and those under the id of another content; null: nothing is removed. */
  repetitions: z.object({ removed: z.number(), differing: z.number() }).nullable().default(null),
  partitions: z.array(ledgerPartition),
  /** The newest slices of each partition, in the order of their offsets. */
  slices: z.array(ledgerSlice),
  /** As many of the newest repairs, in their order. */
  repairs: z.array(ledgerRepair),
  /** At most 100 of them. */
  faults: z.array(ledgerFault),
  /** Days of predictions that were counted for it, and those whose count before still holds. */
  predictionDays: z
    .object({ counted: z.number().int(), kept: z.number().int() })
    .default({ counted: 0, kept: 0 }),
})
export type LedgerReading = z.infer<typeof ledgerReading>

/** Every reading of a model, the one in force first. */
export const ledgerAnswer = z.object({
  schema: z.literal('driftgate-ledger/1'),
  model: z.string(),
  /** No reading has a fault. */
  proved: z.boolean(),
  readings: z.array(ledgerReading),
})
export type LedgerAnswer = z.infer<typeof ledgerAnswer>

/** How many of the newest slices of each partition are listed. */
export const ledgerQuery = z.object({
  slices: z.coerce.number().int().min(0).max(10_000).default(10),
  /** Every row of a prediction is counted, also of days that were counted before and have not changed since. */
  deep: z.stringbool().default(false),
})
