import { z } from 'zod'
import { windowSchema } from './report.ts'

/** One scan, fixed before anything is read: repeated after a crash it is the same. */
export const scanPlanSchema = z.object({
  model: z.string(),
  window: windowSchema,
  configVersion: z.number().int(),
  reading: z.string(),
  /** Repairs of dead letters that the window may hold: those up to this number. */
  repairs: z.number().int().optional(),
  /** Where the reading began at that time: what is backfilled later is not in the window. Absent: nothing can be. */
  began: z
    .object({
      /** The first window that the reading holds as a whole, ISO 8601. */
      windowsFrom: z.string(),
      offsets: z.record(z.string(), z.string()),
    })
    .optional(),
  /** Per partition: read exactly up to here (the last stable offset when the scan began). */
  partitions: z.array(z.object({ partition: z.number().int(), cut: z.string() })),
})
export type ScanPlan = z.infer<typeof scanPlanSchema>

/** One repair of dead letters, fixed before anything is fetched again. */
export const repairPlanSchema = z.object({
  model: z.string(),
  /** Null: nothing was read yet. */
  reading: z.string().nullable(),
  /** The number of the last repair before it. */
  after: z.number().int(),
})
export type RepairPlan = z.infer<typeof repairPlanSchema>

/** What one call of `advanceLedger` added. */
export const advancedSchema = z.object({
  slices: z.number(),
  good: z.number(),
  bad: z.number(),
  foreign: z.number(),
  lost: z.number(),
})
export type Advanced = z.infer<typeof advancedSchema>
