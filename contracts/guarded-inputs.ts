import { z } from 'zod'
import { guardOutcomes } from './guard-settings.ts'

const counts = z.object({
  /** Inputs that came to the guard. */
  inputs: z.number().int(),
  outcomes: z.array(
    z.object({
      outcome: z.enum(guardOutcomes),
      inputs: z.number().int(),
      /** Reasons and repairs, and how many inputs had each. */
      causes: z.array(z.object({ cause: z.string(), inputs: z.number().int() })),
    }),
  ),
})
export type GuardedCounts = z.infer<typeof counts>

/** What the guard did with the inputs of a window; those that it refused are not among the window's rows. */
export const guardedInputs = counts.extend({
  /** `country=DE` -> the same of these inputs. */
  segments: z.record(z.string(), counts),
  /** When guards that were killed within the window had counted last, ISO 8601: what each judged in the second after is not counted. */
  killed: z.array(z.string()),
})
export type GuardedInputs = z.infer<typeof guardedInputs>
