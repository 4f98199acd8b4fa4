import {
  createProfile,
  type FeatureCounts,
  mergeProfiles,
  type Profile,
  type SampledRow,
} from '../profiles/index.ts'

/** One bucket of event time of the window, in order: its profile and its row sample. */
export interface Bucket {
  /** ISO 8601; null when it stands for a whole window. */
  readonly start: string | null
  readonly profile: Profile
  readonly sample: readonly SampledRow[]
}

/** A feature that moved, with what the explanations need of it. */
export interface Suspect {
  readonly index: number
  readonly name: string
  readonly reference: FeatureCounts
  readonly minimumEffect: number
}

/** Buckets with fewer rows tell too little of one moment: neighbours are taken together. */
const leastRows = 500

/** Neighbouring buckets joined until each holds 500 rows; what is left at the end joins the last. */
export function joinBuckets(buckets: readonly Bucket[]): Bucket[] {
  const joined: Bucket[] = []
  let open: Bucket[] = []
  for (const bucket of buckets) {
    open.push(bucket)
    if (open.reduce((sum, { profile }) => sum + profile.rows, 0) < leastRows) continue
    joined.push(joinAll(open))
    open = []
  }
  if (open.length > 0) joined.push(joinAll([...joined.splice(-1), ...open]))
  return joined
}

function joinAll(buckets: readonly Bucket[]): Bucket {
  const [first] = buckets as [Bucket]
  if (buckets.length === 1) return first
  const profile = createProfile(first.profile.binning)
  for (const bucket of buckets) mergeProfiles(profile, bucket.profile)
  return { start: first.start, profile, sample: buckets.flatMap(({ sample }) => sample) }
}
