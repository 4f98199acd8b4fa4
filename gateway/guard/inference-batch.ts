import type { GuardSettings, ModelSettings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { RawValue } from '../../contracts/prediction.ts'
import { parseObject, property, timeOf, timeProblem } from '../../formats/json-value.ts'
import { readTensors, type Tensor } from '../../formats/tensor-rows.ts'

/** An inference request of the Open Inference Protocol, version 2, as rows. */
export interface InferenceBatch {
  /** The request as it was parsed. */
  readonly request: Readonly<Record<string, unknown>>
  readonly tensors: readonly Tensor[]
  readonly rows: number
  /** The values of a row, one for each configured feature, in order. */
  raw(row: number): RawValue[]
  /** Event time in milliseconds since 1970; `nowMs` where the request says none that can be. */
  timeMs(row: number, nowMs: number): number
  /** Where a feature stands, also where the request has no such tensor. */
  placeOf(feature: string): Place
}

/** A tensor by name, and which value of a row; null: the row's only one, or all of them. */
export interface Place {
  readonly tensor: string
  readonly at: number | null
}

/** Throws GUARD_REQUEST_UNREADABLE. */
export function readBatch(
  body: Uint8Array,
  features: ModelSettings['features'],
  { inputs, time }: Pick<GuardSettings, 'inputs' | 'time'>,
): InferenceBatch {
  let request: Record<string, unknown>
  let tensors: readonly Tensor[]
  try {
    request = parseObject(body) as Record<string, unknown>
    const given = property(request, 'inputs')
    if (!Array.isArray(given)) throw new Error('it holds no inputs')
    if (
      given.some((each) => property(property(each, 'parameters'), 'binary_data_size') !== undefined)
    ) {
      throw new Error('a tensor is in binary')
    }
    tensors = readTensors(given)
  } catch (cause) {
    throw new DriftgateError(
      'GUARD_REQUEST_UNREADABLE',
      { reason: (cause as Error).message },
      { cause },
    )
  }
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  const placeOf = (feature: string) => placeAt(inputs[feature] ?? feature, byName)
  const columns = Object.keys(features).map((feature) => readerOf(placeOf(feature), byName))
  const timeAt = time === undefined ? null : readerOf(placeAt(time, byName), byName)
  return {
    ...{ request, tensors, placeOf },
    rows: tensors[0]?.rows ?? 0,
    raw: (row) => columns.map((read) => read(row)),
    timeMs(row, nowMs) {
      const found = timeAt === null ? Number.NaN : timeOf(timeAt(row))
      return timeProblem(found, nowMs) === null ? found : nowMs
    },
  }
}

/** A name may have dots of its own: the whole of it comes first. */
function placeAt(path: string, byName: ReadonlyMap<string, Tensor>): Place {
  const dot = path.lastIndexOf('.')
  const at = path.slice(dot + 1)
  if (byName.has(path) || dot <= 0 || !/^\d{1,6}$/.test(at)) return { tensor: path, at: null }
  return { tensor: path.slice(0, dot), at: Number(at) }
}

function readerOf(
  { tensor, at }: Place,
  byName: ReadonlyMap<string, Tensor>,
): (row: number) => RawValue {
  const found = byName.get(tensor)
  if (found === undefined) return () => undefined
  const { width, data } = found
  if (at !== null) {
    return at < width ? (row) => data[row * width + at] as RawValue : () => undefined
  }
  return width === 1
    ? (row) => data[row] as RawValue
    : (row) => data.slice(row * width, (row + 1) * width) as number[]
}
