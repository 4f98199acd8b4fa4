/**
 * The candidate that a mistyped word most likely meant, or null when none is near:
 * fewest single-letter edits (Damerau-Levenshtein, adjacent letters may be swapped), at most a third of the word.
 */
export function nearestWord(word: string, candidates: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(word.length / 3))
  let best: string | null = null
  let bestDistance = limit + 1
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** "did you mean ...?" for a near word, otherwise the whole list when it is short. */
export function suggestion(word: string, candidates: readonly string[]): string | undefined {
  const near = nearestWord(word, candidates)
  if (near !== null) return `did you mean "${near}"?`
  if (candidates.length === 0 || candidates.length > 12) return undefined
  return `known here: ${candidates.join(', ')}`
}

/** Insertions, deletions, substitutions and swaps of neighbours; O(left * right). */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1
      let distance = Math.min(current[column - 1]! + 1, last[column]! + 1, last[column - 1]! + cost)
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      if (row > 1 && column > 1 && swapped) {
        distance = Math.min(distance, beforeLast[column - 2]! + 1)
      }
      current.push(distance)
    }
    beforeLast = last
    last = current
  }
  return last[right.length]!
}
