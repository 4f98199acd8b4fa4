/**
 * A window as an exponential histogram (Datar, Gionis, Indyk, Motwani, SIAM J. Computing 31, 2002): row r holds at most
 * `most` buckets of 2^r values each, oldest first.
 */
export interface Window {
  readonly most: number
  width: number
  total: number
  /** Sum of squared deviations from the mean of the window. */
  variance: number
  /** Buckets in each row. */
  readonly counts: number[]
  /** `most` + 1 places for each row: sum, and squared deviations, of each bucket. */
  readonly totals: number[]
  readonly variances: number[]
}

export const buckets = {
  none: (most: number): Window => ({
    most,
    ...{ width: 0, total: 0, variance: 0, counts: [], totals: [], variances: [] },
  }),

  clear(window: Window): void {
    window.width = 0
    window.total = 0
    window.variance = 0
    window.counts.length = 0
    window.totals.length = 0
    window.variances.length = 0
  },

  add(window: Window, x: number): void {
    const width = ++window.width
    if (width > 1) {
      const off = x - window.total / (width - 1)
      window.variance += ((width - 1) * off * off) / width
    }
    window.total += x
    push(window, 0, x, 0)
    compress(window)
  },

  dropOldest(window: Window): void {
    const { counts, totals, variances, most } = window
    const row = counts.length - 1
    const size = 2 ** row
    const at = row * (most + 1)
    const sum = totals[at] as number
    window.width -= size
    window.total -= sum
    const off = sum / size - window.total / window.width
    window.variance -=
      (variances[at] as number) + (size * window.width * off * off) / (size + window.width)
    shift(window, row, 1)
    while (counts.length > 0 && counts.at(-1) === 0) removeRow(window)
  },
} as const

function push(window: Window, row: number, total: number, variance: number): void {
  const { counts, totals, variances, most } = window
  if (row === counts.length) {
    counts.push(0)
    for (let i = 0; i <= most; i++) {
      totals.push(0)
      variances.push(0)
    }
  }
  const at = row * (most + 1) + (counts[row] as number)
  totals[at] = total
  variances[at] = variance
  counts[row] = (counts[row] as number) + 1
}

/** A row that is too full hands its two oldest buckets on as one. */
function compress(window: Window): void {
  const { counts, totals, variances, most } = window
  for (let row = 0; row < counts.length && counts[row] === most + 1; row++) {
    const size = 2 ** row
    const at = row * (most + 1)
    const first = totals[at] as number
    const second = totals[at + 1] as number
    const off = first / size - second / size
    const between = (size * size * off * off) / (size + size)
    const variance = (variances[at] as number) + (variances[at + 1] as number) + between
    push(window, row + 1, first + second, variance)
    shift(window, row, 2)
  }
}

/** Takes the oldest buckets out of a row. */
function shift(window: Window, row: number, by: number): void {
  const { counts, totals, variances, most } = window
  const at = row * (most + 1)
  const left = (counts[row] as number) - by
  for (let i = at; i < at + left; i++) {
    totals[i] = totals[i + by] as number
    variances[i] = variances[i + by] as number
  }
  counts[row] = left
}

function removeRow({ counts, totals, variances, most }: Window): void {
  counts.pop()
  totals.length -= most + 1
  variances.length -= most + 1
}
