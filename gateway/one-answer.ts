/** One answer for everybody who asks within so many milliseconds of the first; a failure too. */
export function sharedFor<T>(
  milliseconds: number,
  clock: () => number,
  ask: () => Promise<T>,
): () => Promise<T> {
  let shared: { readonly at: number; readonly answer: Promise<T> } | undefined
  return () => {
    const now = clock()
    if (shared === undefined || now - shared.at >= milliseconds) {
      shared = { at: now, answer: ask() }
    }
    return shared.answer
  }
}
