import { z } from 'zod'
import { duration } from './duration.ts'

/** What is done with predictions that a log holds more than once. */
export const dedupeSettings = {
  dedupe: z
    .enum(['none', 'exact'])
    .default('none')
    .describe(
      'exact: a prediction that the log holds more than once, in one partition or several, counts once; none: repetitions are counted and told',
    ),
  dedupeWithin: duration
    .prefault('1d')
    .refine((ms) => ms > 0, 'expected more than 0s')
    .describe(
      'of dedupe: exact, repetitions are looked for so long, by the ends of the windows that read them; every id is stored for this time',
    ),
}
