import { partsBelow, segmentPartsBelow } from '../adapters/postgres/parts.ts'
import { findVerdict } from '../adapters/postgres/verdicts.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { Previewed } from '../contracts/proposal.ts'
import { titleOf, type Window } from '../contracts/report.ts'
import { absentFeatures } from '../judging/absent-features.ts'
import { judgeProfiles } from '../judging/judge-profiles.ts'
import type { MergedRange } from '../judging/merged-range.ts'
import { mergeParts } from '../judging/merged-rows.ts'
import type { SegmentedRows } from '../judging/rows-by-segment.ts'
import { pairSegments, segmentsOf } from '../judging/segment-profiles.ts'
import { encodeSample } from '../profiles/index.ts'
import { datesOf, type JudgedWindow, type LookedAt } from './absorbed-range.ts'
import { jointScores } from './joint-scores.ts'
import type { ScanDeps } from './scan-deps.ts'

export interface AskedPreview {
  readonly looked: LookedAt
  readonly settings: ModelSettings
  readonly merged: MergedRange
  readonly shown: readonly JudgedWindow[]
}

/**
 * What the verdicts of windows would be under a proposed reference, by the rules of a scan. A window is held against
 * the others alone: no reference holds what it judges. Longer spans and other references are left out, and of how much
 * windows vary a new reference knows nothing yet.
 */
export async function previewOf(
  db: ScanDeps['db'],
  { looked, settings, merged, shown }: AskedPreview,
): Promise<Previewed[]> {
  const previews: Previewed[] = []
  for (const { window, verdict } of shown) {
    const reference = merged.without.get(window.start) ?? merged.whole
    const after =
      reference.profile.rows === 0
        ? null
        : await judgedUnder(db, reference, { looked, settings, window })
    previews.push({ window, before: verdict, after })
  }
  return previews
}

async function judgedUnder(
  db: ScanDeps['db'],
  reference: SegmentedRows,
  { looked, settings, window }: Pick<AskedPreview, 'looked' | 'settings'> & { window: Window },
): Promise<NonNullable<Previewed['after']>> {
  const { plan, below, version, present } = looked
  const { binning } = present
  const at = [db, plan.reading, datesOf(window), below] as const
  const parts = (await partsBelow(...at)).filter((part) => part.version === version)
  const rows = mergeParts(parts, binning)
  const ofSegments = reference.segments.size === 0 ? [] : await segmentPartsBelow(...at, version)
  const sample = encodeSample(reference.sample)
  const asked = await jointScores(settings, { binning, sample }, () => rows.sample)
  const verdict = await findVerdict(db, plan.model, new Date(window.start))
  const { bad = 0, lost = 0, unmatched } = verdict?.rows ?? {}
  const { result } = judgeProfiles({
    ...{ settings, rows, reference: reference.profile, cells: 'given', spans: [] },
    segments: pairSegments(reference.segments, segmentsOf(ofSegments, binning), binning),
    absent: absentFeatures(settings, reference.profile),
    counts: { bad, lost, ...(unmatched && { unmatched }) },
    emptyBefore: 0,
    ...(asked && { joint: asked.scores }),
  })
  const drifted = result.features.filter(({ state }) => state === 'drifted').map(titleOf)
  return { verdict: result.verdict, headline: result.headline, drifted }
}
