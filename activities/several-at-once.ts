/**
 * What `ask` says of each, in their order, of at most so many at the same time. The first failure is thrown, and nothing
 * further is asked.
 */
export async function severalAtOnce<Each, Answer>(
  list: readonly Each[],
  most: number,
  ask: (each: Each) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  let failed = false
  const asker = async () => {
    while (next < list.length && !failed) {
      const index = next++
      try {
        answers[index] = await ask(list[index] as Each)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, list.length) }, asker))
  return answers
}
