import { z } from 'zod'
import { duration } from './duration.ts'
import { timeZone } from './time-zone.ts'

export const referenceKind = z.enum(['training', 'rolling', 'same-hour-of-week'])
export type ReferenceKind = z.infer<typeof referenceKind>

/** A date of the local calendar, `2026-12-25`. */
const localDate = z.iso.date('expected a date such as 2026-12-25')

/** One profile that windows are held against. */
export const referenceSettings = z.strictObject({
  kind: referenceKind.describe(
    'training: the rows that the model version learned from; rolling: the windows before the one that is judged; same-hour-of-week: the same hours in the weeks before',
  ),
  last: duration
    .optional()
    .describe('of a rolling one: so much time before the window, such as 28d'),
  weeks: z
    .number()
    .int()
    .min(2)
    .max(104)
    .optional()
    .describe('of a same-hour-of-week: in so many weeks before the window; 8 unless said'),
  zone: timeZone
    .optional()
    .describe('of a same-hour-of-week: where the hour and the weekday are told; UTC unless said'),
  holidays: z
    .union([z.string().min(1), z.array(localDate).max(2_000)])
    .optional()
    .describe(
      'of a same-hour-of-week: local dates that are left out, or the file with one of them a line, which the driftgate command reads',
    ),
})
export type ReferenceSettings = z.infer<typeof referenceSettings>

const referenceName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and dashes')

/** By name; the first one in use is what the rest of a report speaks of. */
export const referencesSettings = z
  .record(referenceName, referenceSettings)
  .refine(
    (references) => Object.keys(references).length > 0,
    'a model needs at least one reference',
  )
  .default({ training: { kind: 'training' } })
export type ReferencesSettings = z.infer<typeof referencesSettings>

/** Weeks of a same-hour-of-week unless said: enough for two months, few enough to follow the year. */
export const weeksByDefault = 8

const weekMs = 7 * 86_400_000

/** How far before a look its reference may begin, milliseconds. */
export const reachOf = ({ kind, last = 0, weeks = weeksByDefault }: ReferenceSettings): number =>
  kind === 'training' ? 0 : kind === 'rolling' ? last : (weeks + 1) * weekMs
