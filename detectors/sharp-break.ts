/** Where a bucket stands to a change: its distance as it came, and after the change is undone. */
export interface BucketDistance {
  readonly start: string
  readonly raw: number
  readonly undone: number
}

/**
 * Whether a break is sharp, and since when: every bucket is plainly before it (as it came it is the nearer one)
 * or plainly after it, all before precede all after, and at most one in between is mixed. A ramp, in which
 * buckets move little by little, is not.
 */
export function sharpBreak(buckets: readonly BucketDistance[]): { since: string | null } | null {
  if (buckets.length === 0) return { since: null }
  const states = buckets.map(({ raw, undone }) =>
    undone <= raw * 0.4 ? 'after' : raw <= undone * 0.4 ? 'before' : 'mixed',
  )
  const first = states.findIndex((state) => state !== 'before')
  if (first === -1) return null
  const rest = states[first] === 'mixed' ? states.slice(first + 1) : states.slice(first)
  if (rest.length === 0 || rest.some((state) => state !== 'after')) return null
  return { since: buckets[first]?.start ?? null }
}
