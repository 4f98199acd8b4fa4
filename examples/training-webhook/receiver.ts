import { z } from 'zod'
import { type ReceiverPlace, signedReceiver } from '../signed-receiver.ts'
import { JobRuns, type RunsOptions } from './job-runs.ts'

const job = z.object({ submissionId: z.string() })
const question = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('job.submit'),
    data: z.object({
      runKey: z.string(),
      specPath: z.string(),
      environment: z.record(z.string(), z.string()),
    }),
  }),
  z.object({ type: z.literal('job.find'), data: z.object({ runKey: z.string() }) }),
  z.object({ type: z.literal('job.status'), data: job }),
  z.object({
    type: z.literal('job.output'),
    data: job.extend({ from: z.number().int().nonnegative() }),
  }),
  z.object({ type: z.literal('job.kill'), data: job }),
])

export type ReceiverOptions = RunsOptions & ReceiverPlace

/** A small service that runs training jobs on its own machine: what `cluster.kind: webhook` needs on the other side. */
export async function startReceiver(
  options: ReceiverOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const runs = new JobRuns(options)
  return signedReceiver(options, question, (asked) => {
    try {
      return [200, answerTo(runs, asked)]
    } catch (error) {
      // Only what cannot be right however often it is asked for is refused.
      const status = error instanceof RangeError ? 422 : 500
      return [status, { reason: error instanceof Error ? error.message : String(error) }]
    }
  })
}

function answerTo(runs: JobRuns, asked: z.infer<typeof question>): unknown {
  switch (asked.type) {
    case 'job.submit':
      return runs.submit(asked.data)
    case 'job.find':
      return runs.find(asked.data.runKey)
    case 'job.status':
      return runs.status(asked.data.submissionId)
    case 'job.output':
      return runs.output(asked.data.submissionId, asked.data.from)
    case 'job.kill':
      runs.kill(asked.data.submissionId)
      return {}
  }
}
