/** Quantile of sorted values, linear between order statistics (type 7 of Hyndman and Fan 1996); 0 <= share <= 1. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError('no value has no quantile')
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  const part = place - below
  // From the nearer end, so that it rounds alike in both directions.
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part)
}

/** The distinct quantiles at k / bins, k = 1 to bins - 1: the inner edges of `bins` cells of about equal counts. */
export function quantileEdges(sorted: ArrayLike<number>, bins: number): number[] {
  const edges = new Set<number>()
  for (let k = 1; k < bins; k++) edges.add(quantile(sorted, k / bins))
  return [...edges]
}
