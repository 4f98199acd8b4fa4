import type { KafkaLog } from '../adapters/kafka/log.ts'
import { binningOf } from '../adapters/postgres/binnings.ts'
import { findReading, type Reading } from '../adapters/postgres/readings.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { predictionRate } from '../contracts/label-settings.ts'
import {
  type DecodeAll,
  type DecoderInput,
  decoderOf,
  decodeTogether,
  type Format,
  formatNamed,
} from '../formats/index.ts'
import type { ErasedIds } from '../profiles/index.ts'
import { erasedIdsOf } from './erased-ids.ts'
import { loadingSchemas } from './reading-schemas.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'
import { SliceBuilder, type SliceOptions } from './slice-builder.ts'

export interface OpenReading {
  readonly reading: Reading
  /** Reads its records; those of a format with schemas only after their schemas. */
  readonly log: KafkaLog
  /** Begins a slice from an offset, or a repair of one; or a join, of partition -1. */
  readonly builder: (
    place: { readonly partition: number; readonly from: bigint },
    options?: Omit<SliceOptions, 'keeping'>,
  ) => SliceBuilder
  /** Predictions of its model that were erased by now. */
  readonly erased: () => Promise<ErasedIds>
  readonly format: Format
  readonly input: DecoderInput
  readonly lookup: Pick<DecoderInput, 'schemas'>
}

/** Readings whose records are fetched and decoded once for all of them. */
export interface ReadingsTogether {
  readonly readings: readonly OpenReading[]
  readonly log: KafkaLog
  readonly decode: DecodeAll
}

/** Errors: INTERNAL where there is no reading, or they are not decoded alike. */
export function together(readings: readonly OpenReading[]): ReadingsTogether {
  const [first] = readings
  if (first === undefined || readings.some(({ format }) => format !== first.format)) {
    throw new DriftgateError('INTERNAL', { reason: 'these readings are not decoded together' })
  }
  const inputs = readings.map(({ input }) => ({ ...input, ...first.lookup }))
  return { readings, log: first.log, decode: decodeTogether(first.format, inputs) }
}

/**
 * A reading with everything that turns its records into parts. How the log is read was fixed with the reading,
 * whatever has been configured or trained since; what is kept beside the counts follows the configuration in force.
 *
 * Errors: MODEL_UNKNOWN, and those of `loadingSchemas`.
 */
export async function openReading(deps: ScanDeps, model: string, id: string): Promise<OpenReading> {
  const { settings } = await scannedModel(deps, model)
  const reading = await findReading(deps.db, id)
  const format = reading === null ? undefined : formatNamed(reading.definition.format)
  if (reading === null || format === undefined) {
    throw new DriftgateError('INTERNAL', { reason: `nothing here reads ${id}` })
  }
  const { definition } = reading
  const binning = await binningOf(deps.db, definition.binning)
  const { log, lookup } = await loadingSchemas({
    model,
    format,
    options: definition.options,
    log: deps.log,
    registry: deps.schemas,
  })
  const input = { ...definition, binning, ...(lookup && { schemas: lookup }) }
  const decode = decoderOf(format, input)
  const rate = predictionRate(settings.labels)
  const sliceSettings = {
    binning,
    bucketMs: definition.bucket,
    anchorMs: Date.parse(definition.anchor),
    keepBadBytes: settings.log.keepBadBytes,
    keepSample: keepsSamples(settings),
    countOnce: definition.dedupeWithin !== undefined,
  }
  return {
    ...{ reading, log, format, input, lookup: lookup ? { schemas: lookup } : {} },
    erased: () => erasedIdsOf(deps.db, model),
    builder: (place, options) => {
      const keeping = rate === null ? undefined : { rate, reading: reading.number, ...place }
      return new SliceBuilder(sliceSettings, decode, { ...options, keeping })
    },
  }
}
