import { z } from 'zod'

const count = z.number().int().nonnegative()
const moments = z.object({ n: count, sum: z.number(), squares: z.number() })

/** What is kept of the answers of one arm in one step: sums alone, which need no row. */
export const armTally = z.object({
  requests: count,
  failures: count,
  /** Milliseconds. */
  latency: moments,
  scores: moments,
  /** Squared error of the score, of answers with a label. */
  losses: moments,
})
export type ArmTally = z.infer<typeof armTally>

/** Of both arms since a step began. */
export const stepSums = z.object({
  stable: armTally,
  candidate: armTally,
  /** The log says which requests failed; else none that failed can be told from the others. */
  errorsLogged: z.boolean(),
  /** Records that could not be read, and rows of other versions: they count in neither arm. */
  unreadable: count,
  others: count,
})
export type StepSums = z.infer<typeof stepSums>

const none = { n: 0, sum: 0, squares: 0 }
const noAnswers: ArmTally = { requests: 0, failures: 0, latency: none, scores: none, losses: none }

export const nothingSummed: StepSums = {
  stable: noAnswers,
  candidate: noAnswers,
  errorsLogged: false,
  unreadable: 0,
  others: 0,
}

/** Whether both arms were asked alike. `unknown`: that cannot be told, which stops nothing. */
export const armInputs = z.object({
  state: z.enum(['alike', 'different', 'unknown']),
  reason: z.string(),
})
export type ArmInputs = z.infer<typeof armInputs>
