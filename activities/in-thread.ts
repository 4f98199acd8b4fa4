import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'

/** An entry of a thread, which lies in this folder; its name without an ending. */
export const threadEntry = (name: string): URL =>
  new URL(`./${name}${extname(import.meta.url)}`, import.meta.url)

/**
 * What an entry makes of a task, in a thread of its own, so that the worker's other activities and its heartbeats go on.
 * The entry posts one message, the result. Task and result are plain values that threads can hand over. Throws what the
 * thread throws; an abort ends the thread at once, and its reason is thrown.
 */
export async function inThread<Task, Result>(
  entry: URL,
  task: Task,
  signal?: AbortSignal,
): Promise<Result> {
  signal?.throwIfAborted()
  const thread = new Worker(entry, { workerData: task })
  let abort = () => {}
  try {
    return await new Promise<Result>((resolve, reject) => {
      abort = () => reject(signal?.reason)
      signal?.addEventListener('abort', abort)
      thread.once('message', resolve)
      thread.once('error', reject)
      thread.once('exit', (code) =>
        reject(new Error(`the thread ${entry.pathname} ended with ${code} and without a result`)),
      )
    })
  } finally {
    signal?.removeEventListener('abort', abort)
    // One that has answered ends by itself, and this changes nothing.
    await thread.terminate()
  }
}
