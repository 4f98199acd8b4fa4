export type Value = number | string

/** Rows per distinct value of either side, values in ascending order (strings by code unit). */
export function valueCounts(reference: ArrayLike<Value>, current: ArrayLike<Value>) {
  const cells = new Map<Value, [number, number]>()
  for (const [side, values] of [reference, current].entries()) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as Value
      const cell = cells.get(value) ?? [0, 0]
      cell[side] = (cell[side] as number) + 1
      cells.set(value, cell)
    }
  }
  const sorted = [...cells].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return {
    values: sorted.map(([value]) => value),
    reference: sorted.map(([, [count]]) => count),
    current: sorted.map(([, [, count]]) => count),
  }
}
