const running = new Map<string, Promise<unknown>>()

/**
 * Work under one name waits for the work under that name before it in this process, however that ended: what that did
 * need not be done again. Nothing rests on it: workers of other processes do not wait.
 */
export async function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = running.get(name)
  const mine = (before ?? Promise.resolve()).then(work, work)
  running.set(name, mine)
  try {
    return await mine
  } finally {
    if (running.get(name) === mine) running.delete(name)
  }
}
