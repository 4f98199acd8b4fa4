import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import type { JointScores, ScanEvidence } from '../contracts/report.ts'
import { rowDefinitions, type SampleSides } from '../detectors/score-rows.ts'
import { decodeSample, type SampledRow, sampleDigest, sampledRows } from '../profiles/index.ts'

/** What row detectors said of a window, and by which samples and definitions. */
export interface Joint {
  readonly scores: readonly JointScores[]
  readonly samples: NonNullable<ScanEvidence['samples']>
  readonly definitions: Readonly<Record<string, number>>
}

/** What row detectors are asked, and what is said of them whatever they answer. */
export interface JointAsked extends Omit<Joint, 'scores'> {
  readonly names: readonly string[]
  readonly sides: SampleSides
}

/**
 * The row detectors that the settings name and the samples of a window and its reference; null where they name none.
 * Where the settings say that rows are clustered they only describe: shuffling takes rows for independent.
 */
export function jointSides(
  { data, detection }: Pick<ModelSettings, 'data' | 'detection'>,
  reference: { readonly binning: Binning; readonly sample?: Uint8Array | null },
  rowsOf: () => readonly SampledRow[],
): JointAsked | null {
  const names = detection.rows ?? []
  if (names.length === 0) return null
  const kept = keepsSamples({ data })
  const before = kept && reference.sample ? sampledRows(decodeSample(reference.sample)) : null
  const current = kept ? rowsOf() : null
  const samples = {
    reference: before && sampleDigest(before),
    current: current && sampleDigest(current),
  }
  const sides: SampleSides = {
    binning: reference.binning,
    reference: before,
    current,
    seed: JSON.stringify(samples),
    clustered: detection.designEffect > 1,
  }
  return { names, sides, samples, definitions: rowDefinitions(names) }
}
