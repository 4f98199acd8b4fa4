export type Mutex = <T>(task: () => Promise<T>) => Promise<T>

/** Runs tasks one after another in the order they came, also when one throws. */
export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const run = last.then(task, task)
    last = run.catch(() => {})
    return run
  }
}
