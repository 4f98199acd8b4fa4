/** Below this many the built-in sort is as quick. */
const few = 4_096
const digits = 2_048
/** Longer runs of equal high words are left to the built-in sort. */
const longRun = 24

/**
 * Sorts finite or infinite doubles in place, ascending, -0 before 0; not for NaN. By the three digits of 11 bits of
 * their high words, the lowest first (LSD radix sort), then each run of equal high words by itself: time in
 * proportion to the number of values wherever they differ within their first 20 binary places.
 */
export function sortNumbers(values: Float64Array): Float64Array {
  if (values.length < few) return values.sort()
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length)
  const tallies = tally(words)
  const other = new Uint32Array(words.length)
  moveByFirst(words, other, startsOf(tallies.first))
  moveBySecond(other, words, startsOf(tallies.second))
  moveByThird(words, other, startsOf(tallies.third))
  words.set(other)
  sortRuns(words, values)
  return values
}

/** Bits of a high word in the order of the numbers: all of a negative one are turned, of others the sign alone. */
const ordered = (high: number): number => high ^ ((high >> 31) | 0x80000000)

function tally(words: Uint32Array) {
  const first = new Uint32Array(digits)
  const second = new Uint32Array(digits)
  const third = new Uint32Array(digits)
  for (let i = 1; i < words.length; i += 2) {
    const key = ordered(words[i] as number)
    first[key & 2047]!++
    second[(key >>> 11) & 2047]!++
    third[key >>> 22]!++
  }
  return { first, second, third }
}

function startsOf(counts: Uint32Array): Uint32Array {
  let start = 0
  for (let i = 0; i < counts.length; i++) {
    const here = counts[i] as number
    counts[i] = start
    start += here
  }
  return counts
}

// Three loops alike but for the digit: one with a digit for a parameter takes twice the time.

function moveByFirst(from: Uint32Array, to: Uint32Array, next: Uint32Array): void {
  for (let i = 1; i < from.length; i += 2) {
    const high = from[i] as number
    const at = 2 * next[ordered(high) & 2047]!++
    to[at] = from[i - 1] as number
    to[at + 1] = high
  }
}

function moveBySecond(from: Uint32Array, to: Uint32Array, next: Uint32Array): void {
  for (let i = 1; i < from.length; i += 2) {
    const high = from[i] as number
    const at = 2 * next[(ordered(high) >>> 11) & 2047]!++
    to[at] = from[i - 1] as number
    to[at + 1] = high
  }
}

function moveByThird(from: Uint32Array, to: Uint32Array, next: Uint32Array): void {
  for (let i = 1; i < from.length; i += 2) {
    const high = from[i] as number
    const at = 2 * next[ordered(high) >>> 22]!++
    to[at] = from[i - 1] as number
    to[at + 1] = high
  }
}

function sortRuns(words: Uint32Array, values: Float64Array): void {
  const count = values.length
  for (let start = 0; start < count; ) {
    const high = words[2 * start + 1] as number
    let end = start + 1
    while (end < count && words[2 * end + 1] === high) end++
    if (end - start > longRun) values.subarray(start, end).sort()
    else if (end - start > 1) insertionSort(values, start, end)
    start = end
  }
}

function insertionSort(values: Float64Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const value = values[i] as number
    let at = i
    for (; at > start && (values[at - 1] as number) > value; at--) values[at] = values[at - 1]!
    values[at] = value
  }
}
