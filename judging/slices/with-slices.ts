import type { Binning } from '../../contracts/binning.ts'
import type { ModelSettings } from '../../contracts/config.ts'
import { keepsSamples } from '../../contracts/data-settings.ts'
import type { Report } from '../../contracts/report.ts'
import { decodeSample, type SampledRow, sampledRows } from '../../profiles/index.ts'
import { driftSlicesOf } from './slices-of-samples.ts'

/** Of the window, and of the first reference that it is held against. */
export interface StoredSamples {
  readonly binning: Binning
  /** In the bytes of `profiles/sample.ts`; null: none was kept. */
  readonly reference: Uint8Array | null
  readonly current: readonly SampledRow[]
}

/**
 * A verdict of drift with the slices that carry most of it; any other verdict as it is, to the byte. Samples are asked for
 * only then: putting those of a window together costs more than the search.
 */
export function withSlices(
  { data, detection }: Pick<ModelSettings, 'data' | 'detection'>,
  report: Report,
  samplesOf: () => StoredSamples,
): Report {
  if (report.verdict !== 'DRIFT') return report
  const { binning, reference, current } = samplesOf()
  const kept = keepsSamples({ data })
  const slices = driftSlicesOf({
    binning,
    reference: kept && reference !== null ? sampledRows(decodeSample(reference)) : null,
    current: kept ? current : null,
    clustered: detection.designEffect > 1,
  })
  return { ...report, slices }
}
