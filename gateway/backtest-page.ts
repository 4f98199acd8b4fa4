/** What one answer with parts may cost: buckets looked at, parts and bytes of profiles and samples. */
export const pageLimits = { buckets: 2_000, parts: 5_000, bytes: 8 << 20 } as const

export interface BucketSize {
  readonly bucket: Date
  readonly parts: number
  readonly bytes: number
}

/** Behind the last bucket that one answer holds, of the first ones before `to`: one bucket at least, else within limits. */
export function endOfPage(
  sizes: readonly BucketSize[],
  to: Date,
  limits: Readonly<Record<keyof typeof pageLimits, number>> = pageLimits,
): Date {
  let [parts, bytes] = [0, 0]
  for (const [i, size] of sizes.entries()) {
    parts += size.parts
    bytes += size.bytes
    if (i > 0 && (parts > limits.parts || bytes > limits.bytes)) return size.bucket
  }
  const last = sizes.at(-1)
  return last !== undefined && sizes.length >= limits.buckets ? justAfter(last.bucket) : to
}

export const justAfter = (time: Date): Date => new Date(time.getTime() + 1)
