import { Worker } from 'node:worker_threads'
import type { Job } from './worker.ts'

/** Runs jobs on so many threads, each job's answer handed on as it comes. Rejects when a job fails. */
export async function onThreads<Answer, Work = Job>(
  jobs: readonly Work[],
  threads: number,
  done: (job: Work, answer: Answer) => void,
  script: URL = new URL('./worker.ts', import.meta.url),
): Promise<void> {
  const queue = [...jobs]
  const workers = Array.from({ length: Math.min(threads, jobs.length) }, () => new Worker(script))
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
          done(job, await answerOf<Answer>(worker, job))
        }
      }),
    )
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

const answerOf = <Answer>(worker: Worker, job: unknown): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const settle = (work: () => void) => {
      worker.off('message', answered).off('error', failed)
      work()
    }
    const answered = (answer: Answer) => settle(() => resolve(answer))
    const failed = (error: unknown) => settle(() => reject(error))
    worker.on('message', answered).on('error', failed)
    worker.postMessage(job)
  })
