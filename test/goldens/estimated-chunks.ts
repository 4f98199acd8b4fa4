import { chunkThresholds } from '../../statistics/compat/chunk-thresholds.ts'
import type { Adapter } from './adapter.ts'

type Values = Readonly<Record<string, number>>

/** What was estimated of one chunk, and what its labels gave. */
export interface EstimatedChunk {
  readonly estimated: Values
  readonly realized: Values
  readonly samplingErrors: Values
}

interface Alerts {
  readonly chunks: readonly number[]
  /** Chunks whose value is so near to its threshold that either answer is right. */
  readonly near: readonly number[]
}

/** The answer that goldens of performance estimators hold per metric, of chunks of reference and analysis. */
export function estimatedChunks(
  metrics: readonly string[],
  { reference, analysis }: Record<'reference' | 'analysis', readonly EstimatedChunk[]>,
  { near, ...limits }: { near: number; least?: number; most?: number },
): Record<string, unknown> {
  return Object.fromEntries(
    metrics.map((metric) => {
      const of = (chunk: EstimatedChunk, kind: keyof EstimatedChunk) =>
        chunk[kind][metric] as number
      const { lower, upper } = chunkThresholds(
        reference.map((chunk) => of(chunk, 'realized')),
        limits,
      )
      const alerts = (values: readonly number[], tolerance: number): Alerts => ({
        chunks: values.flatMap((value, i) => (value < lower || value > upper ? [i] : [])),
        near: values.flatMap((value, i) =>
          Math.min(Math.abs(value - lower), Math.abs(value - upper)) <= tolerance * Math.abs(value)
            ? [i]
            : [],
        ),
      })
      const side = (chunks: readonly EstimatedChunk[]) => {
        const [estimated, realized] = (['estimated', 'realized'] as const).map((kind) =>
          chunks.map((chunk) => of(chunk, kind)),
        ) as [number[], number[]]
        return {
          estimated,
          realized,
          sampling_error: chunks.map((chunk) => of(chunk, 'samplingErrors')),
          alert_estimated: alerts(estimated, near),
          alert_realized: alerts(realized, 1e-9),
        }
      }
      const sides = { reference: side(reference), analysis: side(analysis) }
      return [metric, { ...sides, lower_threshold: lower, upper_threshold: upper }]
    }),
  )
}

/** Alerts are the same but for chunks that are near to the threshold. */
export const acceptsAlerts: NonNullable<Adapter['accepts']> = (path, actual, expected) => {
  if (!/\.alert_(estimated|realized)$/.test(path)) return undefined
  const { chunks, near } = actual as Alerts
  const theirs = expected as readonly number[]
  const differ = [
    ...chunks.filter((chunk) => !theirs.includes(chunk)),
    ...theirs.filter((chunk) => !chunks.includes(chunk)),
  ]
  return differ.every((chunk) => near.includes(chunk))
}
