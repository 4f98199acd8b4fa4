/**
 * A shortcut into ascending edges: even steps from the first to the last, and for each the edges before it. The cell
 * of a value (count of edges <= value) lies among the edges of its own step, mostly one or none. The steps are even
 * in the values or, where that crowds the edges less (heavy tails), in the bits of their high words, whose order is
 * the same and nearly that of logarithms.
 */
export interface EdgeSlots {
  readonly edges: Float64Array
  readonly of: 'values' | 'bits'
  /** Where the first slot begins, and slots per unit. */
  readonly origin: number
  readonly scale: number
  /** Edges in slots before this one. */
  readonly before: Uint32Array
}

const slotsPerEdge = 4
const known = new WeakMap<Float64Array, EdgeSlots>()

/** The slots of these edges, which must not change any more: made once. */
export function edgeSlots(edges: Float64Array): EdgeSlots {
  const found = known.get(edges)
  if (found !== undefined) return found
  const words = wordsOf(edges)
  const keys = Float64Array.from(edges, (edge, i) => keyOf(edge, words[2 * i + 1] as number))
  const options = [slotsOf(edges, edges, 'values'), slotsOf(edges, keys, 'bits')] as const
  const made = crowd(options[0]) <= 1.5 * crowd(options[1]) ? options[0] : options[1]
  known.set(edges, made)
  return made
}

function slotsOf(edges: Float64Array, places: Float64Array, of: EdgeSlots['of']): EdgeSlots {
  const slots = edges.length * slotsPerEdge
  const even = slots / ((places[places.length - 1] ?? 0) - (places[0] ?? 0))
  const scale = even > 0 && Number.isFinite(even) ? even : 0
  // A range beyond the doubles is one slot: infinity x 0 would be none.
  const origin = scale > 0 ? (places[0] as number) : 0
  // Rounding may put the last edge into one slot more.
  const before = new Uint32Array(slots + 3)
  for (const place of places) before[Math.trunc((place - origin) * scale) + 1]!++
  for (let i = 1; i < before.length; i++) before[i]! += before[i - 1]!
  return { edges, of, origin, scale, before }
}

/** Sum over the edges of how many share their slot. */
function crowd({ before }: EdgeSlots): number {
  let sum = 0
  for (let i = 1; i < before.length; i++) sum += (before[i]! - before[i - 1]!) ** 2
  return sum
}

/** Low word first, as on all machines that Node runs on. */
const wordsOf = (values: Float64Array) =>
  new Uint32Array(values.buffer, values.byteOffset, 2 * values.length)

/** A high word as a number in the order of the values; both zeros are one. */
const keyOf = (value: number, word: number): number =>
  value === 0 ? 0x80000000 : (word ^ ((word >> 31) | 0x80000000)) >>> 0

/** Cells of the first `count` values, finite ones, into `cells`. */
export function findCells(
  { edges, of, origin, scale, before }: EdgeSlots,
  values: Float64Array,
  count: number,
  cells: Uint16Array | Uint32Array,
): void {
  const [low, high] = [edges[0] ?? 0, edges[edges.length - 1] ?? 0]
  const words = wordsOf(values)
  const ofBits = of === 'bits'
  for (let i = 0; i < count; i++) {
    const x = values[i] as number
    let cell = 0
    let end = 0
    if (x >= high) cell = end = edges.length
    else if (x >= low) {
      const place = ofBits ? keyOf(x, words[2 * i + 1] as number) : x
      const slot = Math.trunc((place - origin) * scale)
      cell = before[slot] as number
      end = before[slot + 1] as number
    }
    while (cell < end) {
      const middle = (cell + end) >>> 1
      if ((edges[middle] as number) <= x) cell = middle + 1
      else end = middle
    }
    cells[i] = cell
  }
}
