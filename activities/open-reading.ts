import { binningOf } from '../adapters/postgres/binnings.ts'
import { findReading, type Reading } from '../adapters/postgres/ledger.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { formatNamed } from '../formats/index.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'
import { SliceBuilder } from './slice-builder.ts'

export interface OpenReading {
  readonly reading: Reading
  /** Begins a slice, or a repair of one. */
  readonly builder: (records?: number) => SliceBuilder
}

/**
 * A reading with everything that turns its records into parts. How the log is read was fixed with the reading,
 * whatever has been configured or trained since; what is kept beside the counts follows the configuration in force.
 *
 * Errors: MODEL_UNKNOWN.
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
  const decode = format.decoder({ ...definition, binning })
  const sliceSettings = {
    binning,
    bucketMs: definition.bucket,
    anchorMs: Date.parse(definition.anchor),
    keepBadBytes: settings.log.keepBadBytes,
    keepSample: settings.log.keepSample,
  }
  return { reading, builder: (records) => new SliceBuilder(sliceSettings, decode, records) }
}
