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
  const end = Date.parse(plan.window.end)
  const scales = scalesInForce(detection.scales, window.length, detection.budget)
  const due = scales.filter(
    (scale) => scale > 1 && isDue(scale, window.length, start, Date.parse(window.anchor)),
  )
  const longest = due.at(-1)
  if (longest === undefined) return []
  // Every span ends here, so the longest one holds the others.
  const first = new Date(end - longest * window.length)
  const names = await verdictNamesBetween(db, plan.model, first, new Date(start))
  const kept = [...names].filter(([, name]) => mergeable.has(name)).map(([at]) => at)
  if (kept.length === 0) return []
  const parts = await partsBelow(
    db,
    plan.reading,
    { start: first, end: new Date(end) },
    cutOf(plan),
  )
  const profiles = new Map<number, Profile>(
    [...kept, start].map((at) => [at, createProfile(binning)]),
  )
  for (const part of parts) {
    const index = Math.floor((part.bucket.getTime() - start) / window.length)
    const profile = profiles.get(start + index * window.length)
    if (part.version === version && profile !== undefined) {
      mergeProfiles(profile, decodeProfile(part.profile, binning))
    }
  }
  return due.flatMap((windows): Span[] => {
    const from = end - windows * window.length
    const merged = [...profiles].filter(([at]) => at >= from).map(([, profile]) => profile)
    if (merged.length === 1) return []
    const profile = createProfile(binning)
    for (const one of merged) mergeProfiles(profile, one)
    const significance = levelOfLook(windows, scales.length, window.length, detection.budget)
    const digest = profileDigest(encodeProfile(profile))
    return [{ windows, merged: merged.length, significance, profile, digest }]
  })
}
