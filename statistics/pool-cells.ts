import { total } from './total.ts'

type Counts = ArrayLike<number>

/** Counts of both sides over the same cells. */
export interface Pooled {
  readonly reference: number[]
  readonly current: number[]
}

/**
 * Neighbouring cells joined until each is expected to hold at least `least` rows on the smaller side under the
 * pooled counts. Only totals decide, never how they split, so that pooling does not bias a test.
 */
export function poolCells(reference: Counts, current: Counts, least = 5): Pooled {
  const [n, m] = [total(reference), total(current)]
  const share = Math.min(n, m) / (n + m)
  const groups = new Int32Array(reference.length)
  let [group, rows] = [0, 0]
  for (let i = 0; i < groups.length; i++) {
    groups[i] = group
    rows += (reference[i] as number) + (current[i] as number)
    if (rows * share < least) continue
    group++
    rows = 0
  }
  // What is left over at the end goes to the last group.
  const last = group - 1
  return joined(
    reference,
    current,
    groups.map((of) => Math.min(of, last)),
  )
}

/**
 * Rare categories joined with each other, the rarest first, until they are expected to hold `least` rows on the
 * smaller side; those of one total stay together, so that the order of categories is of no matter. Common ones stay
 * alone, but for the smallest: it takes the rare ones where they are too few for a cell of their own. Only pooled totals
 * decide.
 */
export function poolCategories(reference: Counts, current: Counts, least = 5): Pooled {
  const [n, m] = [total(reference), total(current)]
  const enough = (least * (n + m)) / Math.min(n, m)
  const totals = new Float64Array(reference.length)
  const bySize: number[] = []
  for (let i = 0; i < totals.length; i++) {
    totals[i] = (reference[i] as number) + (current[i] as number)
    if ((totals[i] as number) > 0) bySize.push(i)
  }
  bySize.sort((left, right) => (totals[left] as number) - (totals[right] as number))
  const groups = new Int32Array(totals.length).fill(-1)
  let group = 0
  let rows = 0
  for (let at = 0; at < bySize.length; at++) {
    const i = bySize[at] as number
    const size = totals[i] as number
    // Rare ones that are too few go to the rare cell before them, if there is one.
    if (size >= enough && rows > 0 && group > 0) {
      for (let k = 0; k < at; k++) capAt(groups, bySize[k] as number, group - 1)
      rows = 0
    }
    groups[i] = group
    rows += size
    const next = bySize[at + 1]
    const isLastOfSize = next === undefined || (totals[next] as number) > size
    if (rows < enough || (size < enough && !isLastOfSize)) continue
    group++
    rows = 0
  }
  for (let i = 0; i < groups.length; i++) capAt(groups, i, group - 1)
  return joined(reference, current, groups)
}

function capAt(groups: Int32Array, i: number, most: number): void {
  if ((groups[i] as number) > most) groups[i] = most
}

/**
 * At most `most` groups of neighbouring cells, each of about the same weight and none below `least`: where each begins,
 * ascending, and behind them where the last one ends.
 */
function groupEnds(weights: Counts, most: number, least: number): number[] {
  const sum = total(weights)
  const width = sum / Math.max(1, Math.min(most, Math.floor(sum / least)))
  const ends: number[] = [0]
  let [rows, passed, slot, nearly] = [0, 0, 0, 0]
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number
    const middle = passed + weight / 2
    // Most cells are far from the next slot: no division is needed to tell.
    if (rows >= least && middle >= nearly && Math.floor(middle / width) > slot) {
      ends.push(i)
      rows = 0
    }
    if (rows === 0) {
      slot = Math.floor(middle / width)
      nearly = (slot + 1) * width * (1 - 1e-12)
    }
    rows += weight
    passed += weight
  }
  // What is left over at the end goes to the last group.
  if (rows < least && ends.length > 1) ends.pop()
  if (weights.length > 0) ends.push(weights.length)
  return ends
}

/** The group of every cell, as `groupEnds` has them. */
export function equalGroups(weights: Counts, most: number, least: number): Int32Array {
  const ends = groupEnds(weights, most, least)
  const groups = new Int32Array(weights.length)
  for (let group = 1; group + 1 < ends.length; group++) groups.fill(group, ends[group])
  return groups
}

/** The counts over the groups of `equalGroups`. */
export function joinedEqually(
  reference: Counts,
  current: Counts,
  weights: Counts,
  most: number,
  least: number,
): Pooled {
  const ends = groupEnds(weights, most, least)
  const pooled: Pooled = { reference: [], current: [] }
  for (let group = 0; group + 1 < ends.length; group++) {
    let [before, now] = [0, 0]
    for (let i = ends[group] as number; i < (ends[group + 1] as number); i++) {
      before += reference[i] as number
      now += current[i] as number
    }
    pooled.reference.push(before)
    pooled.current.push(now)
  }
  return pooled
}

/** Counts over groups of cells; a negative group is left out. */
export function joined(reference: Counts, current: Counts, groups: Int32Array): Pooled {
  let last = -1
  for (let i = 0; i < groups.length; i++) last = Math.max(last, groups[i] as number)
  const pooled = { reference: zeros(last + 1), current: zeros(last + 1) }
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i] as number
    if (group < 0) continue
    pooled.reference[group] = (pooled.reference[group] as number) + (reference[i] as number)
    pooled.current[group] = (pooled.current[group] as number) + (current[i] as number)
  }
  return pooled
}

const zeros = (count: number): number[] => Array(count).fill(0)
