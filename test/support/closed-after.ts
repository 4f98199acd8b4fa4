import { after } from 'node:test'

/** Opens what the tests of a file need; all of it is closed after them, the last one first. */
export function closedAfter<Args extends unknown[], One extends { close(): Promise<void> }>(
  open: (...args: Args) => Promise<One>,
): (...args: Args) => Promise<One> {
  const opened: One[] = []
  after(async () => {
    for (const one of opened.reverse()) await one.close()
  })
  return async (...args) => {
    const one = await open(...args)
    opened.push(one)
    return one
  }
}
