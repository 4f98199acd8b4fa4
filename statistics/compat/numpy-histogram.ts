type Values = ArrayLike<number>

/** Equal-width edges as numpy's `histogram_bin_edges(values, 'sturges')` (numpy 2) gives them. */
export function sturgesEdges(values: Values, whole = allWhole(values)): Float64Array {
  const [low, high] = range(values)
  const width = (high - low) / (Math.log2(values.length) + 1)
  return edgesOfWidth(low, high, whole && width < 1 ? 1 : width)
}

/** The same for 'doane' on numbers with fractions (Doane 1976): more bins for skewed values. */
export function doaneEdges(values: Values): Float64Array {
  const [low, high] = range(values)
  const n = values.length
  const list = Array.from(values)
  const mean = list.reduce((sum, value) => sum + value, 0) / n
  const sd = Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n)
  if (n < 3 || sd === 0) return edgesOfWidth(low, high, 0)
  const skewness = list.reduce((sum, value) => sum + ((value - mean) / sd) ** 3, 0) / n
  const spread = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)))
  const bins = 1 + Math.log2(n) + Math.log2(1 + Math.abs(skewness) / spread)
  return edgesOfWidth(low, high, (high - low) / bins)
}

/** `bins` + 1 edges from the smallest to the largest value, rounded as numpy's `linspace` rounds. */
export function evenEdges(values: Values, bins: number): Float64Array {
  const [low, high] = range(values)
  return low === high ? line(low - 0.5, high + 0.5, bins) : line(low, high, bins)
}

/** Rows per bin; a bin holds its lower edge, the last one both. Values outside are not counted. */
export function histogram(values: Values, edges: Float64Array): Float64Array {
  const bins = edges.length - 1
  const counts = new Float64Array(bins)
  const [first, last] = [edges[0] as number, edges[bins] as number]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (!(value >= first && value <= last)) continue
    let [low, high] = [0, bins - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((edges[middle] as number) <= value) low = middle
      else high = middle - 1
    }
    counts[low] = (counts[low] as number) + 1
  }
  return counts
}

function edgesOfWidth(low: number, high: number, width: number): Float64Array {
  if (low === high) return line(low - 0.5, high + 0.5, 1)
  return line(low, high, width > 0 ? Math.max(1, Math.ceil((high - low) / width)) : 1)
}

function line(low: number, high: number, bins: number): Float64Array {
  const step = (high - low) / bins
  return Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : i * step + low))
}

/** Smallest and largest value. Throws RangeError without a value. */
function range(values: Values): [number, number] {
  if (values.length === 0) throw new RangeError('no value has no histogram')
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] as number)
    high = Math.max(high, values[i] as number)
  }
  return [low, high]
}

const allWhole = (values: Values) => Array.from(values).every((value) => Number.isInteger(value))
