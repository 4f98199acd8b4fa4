import { keepsSamples } from './data-settings.ts'
import type { ModelSettings } from './model-settings.ts'
import { type RecordLayout, recordLayout } from './record-layout.ts'

/** How a log is read. Whatever is changed here is another reading, and counts from its own start. */
export interface ReadingDefinition extends RecordLayout {
  readonly model: string
  readonly topic: string
  /** Digest of the binning. */
  readonly binning: string
  /** Width of a bucket of event time, milliseconds. */
  readonly bucket: number
  /** A bucket begins here, ISO 8601. */
  readonly anchor: string
  /** Absent: a sample of the rows goes with the counts. */
  readonly keepSample?: false
  /** Of pairs: how far the event times of two halves may be apart, milliseconds. */
  readonly joinDelay?: number
  /** Repetitions are removed, and looked for so long, milliseconds. */
  readonly dedupeWithin?: number
  /** Absent: 1. */
  readonly generation?: number
}

/** How a model's settings say that its log is read under a binning (its digest). What is a default is not written down. */
export function readingDefinition(
  model: string,
  settings: Pick<ModelSettings, 'log' | 'features' | 'window' | 'data'>,
  binning: string,
): ReadingDefinition {
  const { topic, kind, join, dedupe, dedupeWithin, generation } = settings.log
  const { bucket, anchor } = settings.window
  return {
    ...{ model, topic, binning, bucket, anchor },
    ...recordLayout(settings),
    ...(kind === 'pair' && { joinDelay: join.delay }),
    ...(dedupe === 'exact' && { dedupeWithin }),
    ...(!keepsSamples(settings) && { keepSample: false as const }),
    ...(generation > 1 && { generation }),
  }
}

/** What is read waits until a join, cut by cut, says which rows it comes to. */
export const isJoined = ({ joinDelay, dedupeWithin }: ReadingDefinition): boolean =>
  joinDelay !== undefined || dedupeWithin !== undefined
