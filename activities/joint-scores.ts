import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { StoredReference } from '../adapters/postgres/references.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { JointScores, ScanEvidence } from '../contracts/report.ts'
import { rowDefinitions, type SampleSides } from '../detectors/score-rows.ts'
import { decodeSample, type SampledRow, sampleDigest, sampledRows } from '../profiles/index.ts'

/** What row detectors said of a window, and by which samples and definitions. */
export interface Joint {
  readonly scores: readonly JointScores[]
  readonly samples: NonNullable<ScanEvidence['samples']>
  readonly definitions: Readonly<Record<string, number>>
}

/**
 * The row detectors that the settings name over the samples of a window and its reference; null where they name none.
 * They run in a thread of their own, so that the worker's other activities and its heartbeats go on. Where the
 * settings say that rows are clustered they only describe: shuffling takes rows for independent.
 */
export async function jointScores(
  { log, detection }: Pick<ModelSettings, 'log' | 'detection'>,
  reference: Pick<StoredReference, 'binning' | 'sample'>,
  rows: readonly SampledRow[],
): Promise<Joint | null> {
  const names = detection.rows ?? []
  if (names.length === 0) return null
  const before =
    log.keepSample && reference.sample ? sampledRows(decodeSample(reference.sample)) : null
  const current = log.keepSample ? rows : null
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
  return { scores: await scoredApart(names, sides), samples, definitions: rowDefinitions(names) }
}

/** What a thread is handed. */
export interface RowTask {
  readonly names: readonly string[]
  readonly sides: SampleSides
}

function scoredApart(names: readonly string[], sides: SampleSides): Promise<JointScores[]> {
  const entry = new URL(`./score-rows-thread${extname(import.meta.url)}`, import.meta.url)
  const workerData: RowTask = { names, sides }
  return new Promise((resolve, reject) => {
    const thread = new Worker(entry, { workerData })
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', (code) =>
      reject(new Error(`the thread of row detectors ended with ${code}`)),
    )
  })
}
