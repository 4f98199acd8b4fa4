import { z } from 'zod'

/** What a running job does, as it prints it and whoever follows it passes it on. */
export const trainingProgress = z.object({
  /** The job's last line `stage: ...`; before that what the cluster says. */
  stage: z.string(),
  elapsedSeconds: z.number(),
  /** Of the Spark stages that run now; absent: none does. */
  tasks: z.object({ done: z.number().int(), of: z.number().int() }).optional(),
  /** Spark's own pages of the job, while it lives. */
  page: z.string().optional(),
})
export type TrainingProgress = z.infer<typeof trainingProgress>
