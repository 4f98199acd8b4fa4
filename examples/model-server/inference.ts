import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { FeatureValue, PredictionEvent } from '../../contracts/prediction.ts'
import { scoreRow } from '../../statistics/portable-model.ts'
import type { LoadedModel } from './alias-follower.ts'

const value = z.union([z.number(), z.string(), z.boolean(), z.null()])
const datatypes = ['BOOL', 'INT8', 'INT16', 'INT32', 'INT64', 'FP32', 'FP64', 'BYTES'] as const

/** As much of the protocol's inference request as this server reads; null stands for a missing value. */
export const inferenceRequest = z.object({
  id: z.string().optional(),
  parameters: z.object({ log: z.boolean().default(true) }).prefault({}),
  inputs: z
    .array(
      z.object({
        name: z.string(),
        shape: z.array(z.number().int().nonnegative()).min(1),
        datatype: z.enum(datatypes),
        data: z.array(value),
      }),
    )
    .min(1),
})
export type InferenceRequest = z.infer<typeof inferenceRequest>

/** A request that cannot be answered; the sentence goes to the client. */
export class BadRequest extends Error {}

const spelled = new Set(['NaN', 'Infinity', '-Infinity'])

/**
 * One prediction per row. Inputs are columns of one length: `id` and `time` (ISO 8601 with zone, or milliseconds)
 * name the prediction, by default a fresh id and now; every other input is a feature. A feature of the model that
 * has no input is missing. Throws BadRequest.
 */
export function predict(
  name: string,
  { version, trees }: LoadedModel,
  { inputs }: InferenceRequest,
  nowMs: number,
): PredictionEvent[] {
  const rows = inputs[0]!.data.length
  for (const { name: column, shape, data } of inputs) {
    if (data.length !== rows || shape.reduce((product, size) => product * size, 1) !== rows) {
      throw new BadRequest(`input ${column} does not hold ${rows} values of shape [${rows}]`)
    }
  }
  const columns = new Map(inputs.map((input) => [input.name, input.data]))
  if (!trees.features.some((feature) => columns.has(feature.name))) {
    throw new BadRequest(`no input is a feature: ${trees.features.map((f) => f.name).join(', ')}`)
  }
  for (const { name: feature, codes } of trees.features) {
    if (codes === null) checkNumbers(feature, columns.get(feature) ?? [])
  }
  const ids = columns.get('id')
  const times = columns.get('time')
  const features = [...columns].filter(([column]) => column !== 'id' && column !== 'time')
  return Array.from({ length: rows }, (_, row) => {
    const values = Object.fromEntries(features.map(([column, data]) => [column, data[row]]))
    return {
      id: ids === undefined ? randomUUID() : readId(ids[row]),
      time: times === undefined ? new Date(nowMs).toISOString() : readTime(times[row]),
      model: name,
      version,
      features: values,
      score: scoreRow(trees, values),
    }
  })
}

function checkNumbers(feature: string, data: readonly FeatureValue[]): void {
  const text = data.find((found) => typeof found === 'string' && !spelled.has(found))
  if (text !== undefined) throw new BadRequest(`input ${feature} holds text, "${text}"`)
}

function readId(found: FeatureValue): string {
  if (typeof found === 'string' && found !== '') return found
  throw new BadRequest('input id holds a value that is no text')
}

function readTime(found: FeatureValue): string {
  const zoned = typeof found === 'number' || /(Z|[+-]\d\d:?\d\d)$/.test(String(found))
  const time = new Date(typeof found === 'number' ? found : String(found))
  if (zoned && !Number.isNaN(time.getTime())) return time.toISOString()
  throw new BadRequest(`input time holds "${found}", which is no time with a zone`)
}
