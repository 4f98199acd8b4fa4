import { z } from 'zod'
import { duration } from './duration.ts'

const days = (text: string) =>
  duration.prefault(text).refine((ms) => ms >= 86_400_000, 'expected at least 1d')

const unitBytes = { MB: 1e6, GB: 1e9, TB: 1e12 } as const

/** A size in the configuration: written as text, used as bytes. */
const size = z
  .string()
  .regex(/^\d+(\.\d+)?(MB|GB|TB)$/, 'expected a size such as 500MB, 50GB or 1.5TB')
  .transform(
    (text) => Number(text.slice(0, -2)) * unitBytes[text.slice(-2) as keyof typeof unitBytes],
  )

/** What the database keeps, and for how long. */
export const storageSettings = z
  .strictObject({
    every: duration
      .prefault('1h')
      .refine((ms) => ms >= 60_000, 'expected at least 1m')
      .describe('how often what may go is looked for'),
    maximum: size
      .prefault('50GB')
      .describe(
        'the configuration is refused by "driftgate check" where all models together would add more in a month',
      ),
    retention: z
      .strictObject({
        evidence: days('90d').describe(
          'a verdict can be judged again to the same bytes for so long; those of open incidents and of releases for ever',
        ),
        parts: days('400d').describe(
          'counts of the rows of a window, of all its rows together once its verdict needs no more: a year, so that seasons can be compared',
        ),
        samples: days('90d').describe(
          'rows that were kept with the counts; as long as evidence, or it ends earlier',
        ),
        deadLetters: days('30d').describe(
          'records that could not be read, and so may be read again',
        ),
        predictions: days('90d').describe(
          'rows of single predictions, which labels are joined to: whole days, when their event time and their reading are older; and labels, by the day on which they were read',
        ),
        chatAnswers: duration
          .prefault('90d')
          .refine((ms) => ms >= 30 * 86_400_000, 'expected at least 30d')
          .describe(
            'answers from chat that were applied, what each person was told, and by which messages a copy is known; longer while what they are about is open; decisions stay',
          ),
      })
      .prefault({})
      .describe('counted from when something was read or judged, not from its event time'),
  })
  .prefault({})

export type StorageSettings = z.infer<typeof storageSettings>

/** What one round of housekeeping did. */
export const housekeepingResult = z.object({
  /** Windows whose verdict cannot be judged again any more. */
  lifted: z.number().int(),
  /** Parts that went into merged ones, and how many of these came out. */
  merged: z.number().int(),
  into: z.number().int(),
  /** Merged parts that lost their counts, and those that lost their sample only. */
  parts: z.number().int(),
  samples: z.number().int(),
  deadLetters: z.number().int(),
  /** Rows of single predictions; absent in rounds before there were any. */
  predictions: z.number().int().default(0),
  /** Labels; absent in rounds before they were kept. */
  labels: z.number().int().default(0),
  /** Days of predictions that were counted, so that proofs need not. */
  countedDays: z.number().int().default(0),
  /** Answers from chat; absent in rounds before they went. */
  chatAnswers: z.number().int().default(0),
  /** What final windows left behind for later ones, and a later one has; absent in rounds before they were judged. */
  performanceStates: z.number().int().default(0),
  /** Counts of the input guard, by event time and by minute, and its processes; absent in rounds before there was one. */
  guardCounts: z.number().int().default(0),
  /** Ids by which repetitions were known, of readings that are not in force any more. */
  ids: z.number().int().default(0),
})
export type HousekeepingResult = z.infer<typeof housekeepingResult>

/** Part of the rows of one reading: as it was read, or merged. */
export interface PartPlace {
  /** Of one that was merged; null: as it was read. */
  readonly number: string | null
  readonly bucketMs: number
  readonly untilMs: number
  readonly version: string
  readonly segment: string
  readonly reach: readonly {
    readonly partition: number
    readonly from: bigint
    readonly to: bigint
    readonly rows: number
  }[]
  readonly repair: number
  readonly bytes: number
  readonly sampled: boolean
  readonly readAtMs: number
  readonly lifted: boolean
}

/** A cut that a kept verdict names. */
export interface NamedCut {
  /** Partition -> offset. */
  readonly cut: ReadonlyMap<number, bigint>
  readonly repairs: number
  readonly began: ReadonlyMap<number, bigint>
  /** What was read before it was taken lies below it; what was read after its verdict does not. */
  readonly takenAtMs: number
  readonly judgedAtMs: number
}

/** What a kept verdict was judged from: event times in [fromMs, endMs), and what was read between two moments. */
export interface Need {
  readonly fromMs: number
  readonly startMs: number
  readonly endMs: number
  readonly readFromMs: number
  readonly readToMs: number
  /** Its verdict depends on the samples of its rows. */
  readonly samples: boolean
  /** It was planned after later windows: which slices touched it must stay known. */
  readonly outOfOrder: boolean
}
