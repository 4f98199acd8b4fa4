import { z } from 'zod'
import { windowSchema } from './report.ts'

const beginning = z.object({
  /** The first window that the reading holds as a whole, ISO 8601. */
  windowsFrom: z.string(),
  offsets: z.record(z.string(), z.string()),
})

/** A reading that is counted beside the plan's own: the same log under the binning before. */
const besideSchema = z.object({
  reading: z.string(),
  repairs: z.number().int(),
  began: beginning.optional(),
})
export type BesideReading = z.infer<typeof besideSchema>

/** One scan, fixed before anything is read: repeated after a crash it is the same. */
export const scanPlanSchema = z.object({
  model: z.string(),
  window: windowSchema,
  configVersion: z.number().int(),
  reading: z.string(),
  /** Repairs of dead letters that the window may hold: those up to this number. */
  repairs: z.number().int().optional(),
  /** Of a log of requests and responses: the last join of them that the window may hold. */
  joins: z.number().int().optional(),
  /** Where the reading began at that time: what is backfilled later is not in the window. Absent: nothing can be. */
  began: beginning.optional(),
  /** By which rows of a model version are judged that has a reference only there. Absent: there is none. */
  beside: besideSchema.optional(),
  /** The model has labels, which are read when the window is judged. */
  labels: z.literal(true).optional(),
  /** How well it did is estimated before its labels come. */
  estimates: z.literal(true).optional(),
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
  /** The reading of the labels, and its last repair; absent: none are read from a topic. */
  labels: z.object({ reading: z.string(), after: z.number().int() }).optional(),
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
