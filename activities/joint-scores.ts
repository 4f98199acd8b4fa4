import type { StoredReference } from '../adapters/postgres/references.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { JointScores } from '../contracts/report.ts'
import type { SampleSides } from '../detectors/score-rows.ts'
import { type Joint, jointSides } from '../judging/joint-sides.ts'
import type { SampledRow } from '../profiles/index.ts'
import { inThread, threadEntry } from './in-thread.ts'

/**
 * The row detectors that the settings name over the samples of a window and its reference; null where they name none.
 * They run in a thread of their own, so that the worker's other activities and its heartbeats go on.
 */
export async function jointScores(
  settings: Pick<ModelSettings, 'data' | 'detection'>,
  reference: Pick<StoredReference, 'binning' | 'sample'>,
  rowsOf: () => readonly SampledRow[],
): Promise<Joint | null> {
  const asked = jointSides(settings, reference, rowsOf)
  if (asked === null) return null
  const { names, sides, samples, definitions } = asked
  const scores = await inThread<RowTask, JointScores[]>(threadEntry('score-rows-thread'), {
    names,
    sides,
  })
  return { scores, samples, definitions }
}

/** What a thread is handed. */
export interface RowTask {
  readonly names: readonly string[]
  readonly sides: SampleSides
}
