/** The most frequent texts, at most `most` of them; ties and the result in code-unit order. Null is no text. */
export function mostFrequent(texts: readonly (string | null)[], most: number): string[] {
  const counts = new Map<string, number>()
  for (const text of texts) {
    if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return [...counts]
    .sort(
      ([left, leftCount], [right, rightCount]) => rightCount - leftCount || byCodeUnit(left, right),
    )
    .slice(0, most)
    .map(([text]) => text)
    .sort(byCodeUnit)
}

const byCodeUnit = (left: string, right: string): number =>
  left < right ? -1 : left > right ? 1 : 0
