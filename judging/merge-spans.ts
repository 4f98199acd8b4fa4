import type { Binning } from '../contracts/binning.ts'
import type { SpanDue } from '../policies/spans.ts'
import { createProfile, decodeProfile, mergeProfiles, type Profile } from '../profiles/index.ts'
import type { Part } from './merged-rows.ts'

/** A longer span that is due with a window. */
export interface Span {
  /** How many windows it is long. */
  readonly windows: number
  /** How many of them were merged. */
  readonly merged: number
  readonly significance: number
  readonly profile: Profile
}

/**
 * The spans that are due with a window, merged from the profiles of their windows by start; null where a window holds
 * no row.
 */
export const mergeSpans = (
  due: readonly SpanDue[],
  profileAt: (startMs: number) => Profile | null,
  binning: Binning,
): Span[] =>
  due.map(({ windows, significance, merged }) => {
    const profile = createProfile(binning)
    for (const at of merged) {
      const own = profileAt(at)
      if (own !== null) mergeProfiles(profile, own)
    }
    return { windows, merged: merged.length, significance, profile }
  })

/**
 * The rows of one model version in each window that a span merges, by start. Parts of windows that none merges are
 * passed over.
 */
export function windowsOfSpans(
  due: readonly SpanDue[],
  parts: readonly Pick<Part, 'version' | 'bucket' | 'profile'>[],
  { startMs, lengthMs, version }: { startMs: number; lengthMs: number; version: string },
  binning: Binning,
): Map<number, Profile> {
  const profiles = new Map<number, Profile>(
    due.flatMap(({ merged }) => merged).map((at) => [at, createProfile(binning)]),
  )
  for (const part of parts) {
    const index = Math.floor((part.bucket.getTime() - startMs) / lengthMs)
    const profile = profiles.get(startMs + index * lengthMs)
    if (part.version === version && profile !== undefined) {
      mergeProfiles(profile, decodeProfile(part.profile, binning))
    }
  }
  return profiles
}
