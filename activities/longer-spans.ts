import { partsBelow } from '../adapters/postgres/parts.ts'
import { cutOf, verdictNamesBetween } from '../adapters/postgres/verdicts.ts'
import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { isDue, levelOfLook, scalesInForce } from '../policies/budget.ts'
import {
  createProfile,
  decodeProfile,
  encodeProfile,
  mergeProfiles,
  type Profile,
  profileDigest,
} from '../profiles/index.ts'
import type { ScanDeps } from './scan-deps.ts'

/** A longer span that is due with a window. */
export interface Span {
  /** How many windows it is long. */
  readonly windows: number
  /** How many of them were merged. */
  readonly merged: number
  readonly significance: number
  readonly profile: Profile
  readonly digest: string
}

/** Only these say that a window may be merged: broken or lost input would be seen again, and so would known drift. */
const mergeable = new Set(['NO_DRIFT', 'INSUFFICIENT_DATA'])

/**
 * The longer spans that end with this window, of one model version: its rows and those of the windows before whose
 * own verdict found nothing wrong. A span that holds the window alone is left out.
 */
export async function spansDue(
  { db }: ScanDeps,
  plan: ScanPlan,
  { window, detection }: Pick<ModelSettings, 'window' | 'detection'>,
  version: string,
  binning: Binning,
): Promise<Span[]> {
  const start = Date.parse(plan.window.start)
  const end = new Date(plan.window.end)
  const scales = scalesInForce(detection.scales, window.length, detection.budget)
  const due = scales.filter(
    (scale) => scale > 1 && isDue(scale, window.length, start, Date.parse(window.anchor)),
  )
  const spans: Span[] = []
  for (const windows of due) {
    const from = new Date(end.getTime() - windows * window.length)
    const names = await verdictNamesBetween(db, plan.model, from, new Date(start))
    const kept = new Set([...names].filter(([, name]) => mergeable.has(name)).map(([at]) => at))
    if (kept.size === 0) continue
    kept.add(start)
    const profile = createProfile(binning)
    for (const part of await partsBelow(db, plan.reading, { start: from, end }, cutOf(plan))) {
      const index = Math.floor((part.bucket.getTime() - from.getTime()) / window.length)
      if (part.version !== version || !kept.has(from.getTime() + index * window.length)) continue
      mergeProfiles(profile, decodeProfile(part.profile, binning))
    }
    const significance = levelOfLook(windows, scales.length, window.length, detection.budget)
    const digest = profileDigest(encodeProfile(profile))
    spans.push({ windows, merged: kept.size, significance, profile, digest })
  }
  return spans
}
