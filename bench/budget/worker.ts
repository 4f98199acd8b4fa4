import { parentPort } from 'node:worker_threads'
import { type Case, cases } from './cases.ts'
import { defaultRules } from './default-rules.ts'
import { simulateQuarter } from './quarter.ts'

/** A piece of work for one thread; a case by its name, because functions do not cross. */
export type Job = { readonly seed: number; readonly case: string } & (
  | { readonly kind: 'quarter'; readonly quarter: number }
  | { readonly kind: 'default rules' }
)

parentPort?.on('message', (job: Job) => {
  const one = cases.find(({ name }) => name === job.case) as Case
  parentPort?.postMessage(
    job.kind === 'quarter'
      ? simulateQuarter(one, job.seed, job.quarter)
      : defaultRules(one, job.seed),
  )
})
