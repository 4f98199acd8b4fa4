import type { NamedCut, Need, PartPlace } from '../contracts/storage.ts'

/** Clocks of transactions differ from their order by less. */
const slackMs = 3_600_000

export interface Rules {
  readonly named: readonly NamedCut[]
  readonly needs: readonly Need[]
  /** Later event times are for windows to come. */
  readonly floorMs: number
  /** What was read before may be lifted. */
  readonly partsBeforeMs: number
  readonly samplesBeforeMs: number
}

/** Something to do with parts of one slot, done in this order and each for itself. */
export interface Chore {
  readonly kind: 'merge' | 'lift' | 'drop samples'
  readonly parts: readonly PartPlace[]
}

/**
 * What may be done with the parts of one slot, which is one window's length of event time. Parts that a kept verdict
 * needs are merged within their bucket and only where no cut that a kept verdict names lies between them, so that it
 * is judged again to the same bytes. Where none needs anything of the slot its buckets become one. All rows come after
 * their segments: whoever is interrupted finds what is left by them.
 */
export function choresOf(slot: readonly PartPlace[], rules: Rules): Chore[] {
  const isFree = (part: PartPlace) =>
    part.untilMs <= rules.floorMs && !rules.needs.some((need) => needsPart(need, part))
  const free = new Set(slot.filter((part) => part.lifted || isFree(part)))
  const rollUp = free.size === slot.length
  const named = separating(slot, rules.named)
  const groups = new Map<string, { kind: Chore['kind']; parts: PartPlace[] }>()
  for (const part of slot) {
    if (part.number === null && rules.needs.some((need) => need.outOfOrder && within(need, part))) {
      continue
    }
    const lift = part.lifted || (free.has(part) && part.readAtMs < rules.partsBeforeMs)
    const key = JSON.stringify([
      part.segment !== '',
      lift,
      ...(lift ? [] : [part.version, part.segment, part.sampled]),
      ...(rollUp ? [] : [part.bucketMs, part.untilMs]),
      ...(rollUp || lift ? [] : [signatureOf(part, named)]),
    ])
    const group = groups.get(key) ?? { kind: lift ? 'lift' : 'merge', parts: [] }
    groups.set(key, group)
    group.parts.push(part)
  }
  const chores: Chore[] = [...groups.values()].filter(
    ({ kind, parts }) =>
      parts.length > 1 ||
      parts.some(({ number, lifted }) => number === null || (kind === 'lift' && !lifted)),
  )
  const touched = new Set(chores.flatMap(({ parts }) => parts))
  const unsampled = slot.filter(
    (part) =>
      part.number !== null &&
      part.sampled &&
      !part.lifted &&
      !touched.has(part) &&
      part.readAtMs < rules.samplesBeforeMs &&
      part.untilMs <= rules.floorMs &&
      !rules.needs.some((need) => need.samples && within(need, part)),
  )
  if (unsampled.length > 0) chores.push({ kind: 'drop samples', parts: unsampled })
  const isLast = ({ parts }: Chore) => Number(parts.some(({ segment }) => segment === ''))
  return chores.sort((left, right) => isLast(left) - isLast(right))
}

const within = ({ startMs, endMs }: Need, { bucketMs, untilMs }: PartPlace): boolean =>
  bucketMs < endMs && untilMs > startMs

/** Its event time is looked at, or it was read on the way and counted as late. */
const needsPart = (need: Need, { bucketMs, untilMs, readAtMs }: PartPlace): boolean =>
  (bucketMs < need.endMs && untilMs > need.fromMs) ||
  (readAtMs >= need.readFromMs && readAtMs <= need.readToMs)

/** Without the cuts that all of the parts lie below, or none, as when they were read tells. */
function separating(slot: readonly PartPlace[], named: readonly NamedCut[]): NamedCut[] {
  const [first, last] = slot.reduce(
    ([low, high], { readAtMs }) => [Math.min(low, readAtMs), Math.max(high, readAtMs)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  return named.filter(
    ({ takenAtMs, judgedAtMs }) => takenAtMs <= last + slackMs && judgedAtMs >= first - slackMs,
  )
}

/** Parts with the same one lie on the same side of every cut, and of every beginning of the reading. */
export function signatureOf({ reach, repair }: PartPlace, named: readonly NamedCut[]): string {
  return named
    .map(({ cut, repairs, began }) => {
      const below =
        repair <= repairs && reach.every(({ partition, to }) => to <= (cut.get(partition) ?? -1n))
      const after = reach.every(({ partition, from }) => from >= (began.get(partition) ?? 0n))
      return (below ? 1 : 0) + (after ? 2 : 0)
    })
    .join('')
}
