import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { FailedPrediction, FeatureValue, PredictionEvent } from '../../contracts/prediction.ts'
import { scoreRow } from '../../statistics/portable-model.ts'
import type { LoadedModel } from './traffic-follower.ts'

const value = z.union([z.number(), z.string(), z.boolean(), z.null()])
const datatypes = ['BOOL', 'INT8', 'INT16', 'INT32', 'INT64', 'FP32', 'FP64', 'BYTES'] as const

/** As much of the protocol's inference request as this server reads; null stands for a missing value. */
export const inferenceRequest = z.object({
  id: z.string().optional(),
  parameters: z
    .object({
      log: z.boolean().default(true),
      /** Requests with the same key are answered by the same version. */
      key: z.string().optional(),
    })
    .prefault({}),
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

/** A prediction that is asked for, whichever version answers it. */
export type Question = Pick<PredictionEvent, 'id' | 'time' | 'features'>

/**
 * One question per row. Inputs are columns of one length: `id` and `time` (ISO 8601 with zone, or milliseconds) name
 * the prediction, by default a fresh id and now; every other input is a feature. Throws BadRequest.
 */
export function questionsOf({ inputs }: InferenceRequest, nowMs: number): Question[] {
  const rows = inputs[0]!.data.length
  for (const { name: column, shape, data } of inputs) {
    if (data.length !== rows || shape.reduce((product, size) => product * size, 1) !== rows) {
      throw new BadRequest(`input ${column} does not hold ${rows} values of shape [${rows}]`)
    }
  }
  const columns = new Map(inputs.map((input) => [input.name, input.data]))
  const ids = columns.get('id')
  const times = columns.get('time')
  const features = [...columns].filter(([column]) => column !== 'id' && column !== 'time')
  return Array.from({ length: rows }, (_, row) => ({
    id: ids === undefined ? randomUUID() : readId(ids[row]),
    time: times === undefined ? new Date(nowMs).toISOString() : readTime(times[row]),
    features: Object.fromEntries(features.map(([column, data]) => [column, data[row]])),
  }))
}

export type Answers =
  | { readonly failed: false; readonly events: PredictionEvent[] }
  | { readonly failed: true; readonly error: string; readonly events: FailedPrediction[] }

/**
 * What a version answers, and how long it took since `sinceMs` of the monotonic clock. A feature of the model that has
 * no input is missing. Where the model gives no number for one of the rows none of them has an answer.
 * Throws BadRequest: nothing was asked of the model.
 */
export function answer(
  name: string,
  { version, trees }: LoadedModel,
  questions: readonly Question[],
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: () => number },
): Answers {
  checkFeatures(trees, questions)
  const events: PredictionEvent[] = []
  let error: string | null = null
  for (const { id, time, features } of questions) {
    try {
      const score = scoreRow(trees, features)
      if (!Number.isFinite(score)) throw new Error(`the score is ${score}`)
      events.push({ id, time, model: name, version, features, score })
    } catch (cause) {
      error = cause instanceof Error ? cause.message : String(cause)
      break
    }
  }
  const latencyMs = Math.round((nowMs() - sinceMs) * 1_000) / 1_000
  if (error === null) {
    return { failed: false, events: events.map((event) => ({ ...event, latencyMs })) }
  }
  const text = error
  const failed = questions.map(({ id, time, features }) => ({
    ...{ id, time, model: name, version, features },
    ...{ error: text, latencyMs },
  }))
  return { failed: true, error: text, events: failed }
}

function checkFeatures(trees: LoadedModel['trees'], questions: readonly Question[]): void {
  const given = questions[0]?.features ?? {}
  if (!trees.features.some((feature) => Object.hasOwn(given, feature.name))) {
    throw new BadRequest(`no input is a feature: ${trees.features.map((f) => f.name).join(', ')}`)
  }
  for (const { name: feature, codes } of trees.features) {
    if (codes === null) {
      checkNumbers(
        feature,
        questions.map(({ features }) => features[feature]),
      )
    }
  }
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
