import type { EstimatedPart } from '../contracts/estimate.ts'
import type { LabelSettings } from '../contracts/label-settings.ts'
import { estimatedParts, type VersionStanding } from '../judging/performance/estimated-parts.ts'
import type { PredictedGroup } from '../judging/performance/predicted-rows.ts'
import type { WindowMean } from '../statistics/against-earlier.ts'
import { seededRandom, seedOf } from '../statistics/seeded-random.ts'
import { inThread, threadEntry } from './in-thread.ts'

/** What is known of a version; the same `seed`, the same draws. */
export interface StandingTask extends Omit<VersionStanding, 'next'> {
  readonly seed: string
}

/** Everything that the estimates of a window follow from, as a thread can be handed it. */
export interface EstimateTask {
  readonly groups: readonly PredictedGroup[]
  readonly labels: LabelSettings
  /** By version. */
  readonly standings: ReadonlyMap<string, StandingTask>
  /** Of each group, in their order: estimated losses of earlier windows, in order of time. */
  readonly earlier: readonly (readonly WindowMean[])[]
}

/**
 * The estimates of a window; in a thread of its own where boosters look whether its inputs shifted, and learn anew from
 * rows like them, which takes seconds.
 */
export const estimated = async (
  task: EstimateTask,
  signal?: AbortSignal,
): Promise<EstimatedPart[]> =>
  [...task.standings.values()].some(({ reference }) => reference.length > 0)
    ? inThread(threadEntry('estimate-parts-thread'), task, signal)
    : estimatedHere(task)

/** The same in this thread. */
export function estimatedHere({
  groups,
  labels,
  standings,
  earlier,
}: EstimateTask): EstimatedPart[] {
  const drawn = new Map(
    [...standings].map(([version, { seed, ...standing }]) => [
      version,
      { ...standing, next: seededRandom(seedOf(seed)) },
    ]),
  )
  const before = new Map<unknown, readonly WindowMean[] | undefined>(
    groups.map((group, i) => [group, earlier[i]]),
  )
  return estimatedParts(groups, labels, {
    standing: (version) => drawn.get(version) as VersionStanding,
    earlier: (group) => before.get(group) ?? [],
  })
}
