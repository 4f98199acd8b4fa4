import type { Tensor } from '../../formats/tensor-rows.ts'
import type { InferenceBatch } from './inference-batch.ts'
import type { JudgedBatch, ToldRow } from './judge-batch.ts'

/**
 * The request that goes on: without refused rows, and with repairs. Null: it goes on as it came, byte by byte. Whole
 * numbers beyond 2^53 lose their last digits in one that is written anew.
 */
export function changedRequest(
  batch: InferenceBatch,
  { told, kept }: Pick<JudgedBatch, 'told' | 'kept'>,
): object | null {
  const repaired = told.filter(({ repairs, outcome }) => repairs.length > 0 && outcome !== 'refuse')
  if (kept.length === batch.rows && repaired.length === 0) return null
  const data = new Map(batch.tensors.map((tensor) => [tensor.name, [...tensor.data]]))
  const added = new Map<string, unknown[]>()
  for (const row of repaired) repair(batch, row, data, added)
  const given = batch.request['inputs'] as readonly Record<string, unknown>[]
  const inputs = given.map((input) => {
    const tensor = batch.tensors.find(({ name }) => name === input['name']) as Tensor
    const shape = input['shape'] as readonly number[]
    return {
      ...input,
      shape: shape.length === 0 ? shape : [kept.length, ...shape.slice(1)],
      data: rowsOf(data.get(tensor.name) ?? [], tensor.width, kept),
    }
  })
  // A shape as the others have it: some servers want [n], some [n, 1].
  const deep = (given[0]?.['shape'] as readonly number[] | undefined)?.length === 2
  for (const [name, values] of added) {
    inputs.push({
      ...{ name, shape: deep ? [kept.length, 1] : [kept.length] },
      ...{ datatype: datatypeOf(values), data: rowsOf(values, 1, kept) },
    })
  }
  return { ...batch.request, inputs }
}

function repair(
  batch: InferenceBatch,
  { row, repairs }: ToldRow,
  data: ReadonlyMap<string, unknown[]>,
  added: Map<string, unknown[]>,
): void {
  for (const { feature, to } of repairs) {
    const { tensor, at } = batch.placeOf(feature)
    const known = data.get(tensor)
    if (known !== undefined) {
      const { width } = batch.tensors.find(({ name }) => name === tensor) as Tensor
      known[row * width + (at ?? 0)] = to
      continue
    }
    // A tensor of many features is not made of one.
    if (at !== null) continue
    const fresh = added.get(tensor) ?? new Array(batch.rows).fill(null)
    fresh[row] = to
    added.set(tensor, fresh)
  }
}

const rowsOf = (data: readonly unknown[], width: number, rows: readonly number[]): unknown[] =>
  width === 1
    ? rows.map((row) => data[row])
    : rows.flatMap((row) => data.slice(row * width, (row + 1) * width))

function datatypeOf(values: readonly unknown[]): 'FP64' | 'BOOL' | 'BYTES' {
  const value = values.find((each) => each !== null)
  return typeof value === 'number' ? 'FP64' : typeof value === 'boolean' ? 'BOOL' : 'BYTES'
}
