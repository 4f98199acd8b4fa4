import type { Explanation } from '../contracts/report.ts'
import type { CategoricalCounts } from '../profiles/index.ts'
import { shares } from '../statistics/histogram-distances.ts'
import { categoryDistance } from './category-distance.ts'
import { cellsOf } from './cells.ts'
import { effectiveSize, totalOf } from './sides.ts'
import { spellings } from './spellings.ts'
import { explainedByUndoing } from './undo.ts'
import type { Bucket, Suspect } from './unit-change-input.ts'

/** A category below this share is too rare for its mass to prove that another one took its place. */
const leastShare = 0.01

/** What one bucket holds: known cells, and the unseen categories by name. */
interface Part {
  readonly cells: Float64Array
  readonly unseen: ReadonlyMap<string, number>
}

/**
 * Categories that are written in another way: unseen ones that differ from a known one by case, space, accents or
 * encoding, or that hold the mass of a known one which is gone. New categories beside the old ones are none of
 * this: the world has those. Needs every unseen category by name, which a profile keeps up to 64.
 */
export function explainByRenames(
  suspect: Suspect,
  reference: CategoricalCounts,
  buckets: readonly Bucket[],
): Explanation | null {
  const parts = buckets.map(({ profile }) =>
    partOf(profile.features[suspect.index] as CategoricalCounts),
  )
  const last = parts.at(-1)
  if (last === undefined || parts.some((part) => part === null)) return null
  const whole = parts as readonly Part[]
  const expected = cellsOf(reference)
  const names = renamesIn(last as Part, expected, reference.binning.categories)
  if (names.size === 0) return null
  const { raw, beyondChance } = categoryDistance(expected)
  const cellsOfParts = (list: readonly Part[]) => list.map(({ cells }) => cells)
  const undone = explainedByUndoing({
    parts: whole,
    undo: (part) => renamed(part, names),
    touches: ({ unseen }) => [...names.keys()].some((name) => unseen.has(name)),
    distance: (list) => beyondChance(cellsOfParts(list)),
  })
  if (undone === null) return null
  const residual = raw(cellsOfParts(undone.parts))
  if (residual >= suspect.minimumEffect) return null
  const [[unseen, known] = ['', 0]] = names
  const more = names.size === 1 ? '' : ` and ${names.size - 1} more likewise`
  return {
    feature: suspect.name,
    kind: 'rename',
    sentence: `"${reference.binning.categories[known]}" of ${suspect.name} is now written "${unseen}"${more}`,
    explained: undone.explained,
    residual,
    since: buckets[undone.first]?.start ?? null,
  }
}

function partOf(counts: CategoricalCounts): Part | null {
  const unseen = new Map(counts.unseen.entries().map(({ category, count }) => [category, count]))
  const named = [...unseen.values()].reduce((sum, count) => sum + count, 0)
  return named === counts.unseen.total ? { cells: cellsOf(counts), unseen } : null
}

/** Unseen category -> position of the known one that it stands for; the most frequent first. */
function renamesIn({ cells, unseen }: Part, expected: Float64Array, known: readonly string[]) {
  const rows = totalOf(cells)
  const before = shares(expected)
  const size = effectiveSize(totalOf(expected), rows)
  const gone = known
    .map((_, i) => i)
    .filter((i) => (before[i] as number) >= leastShare)
    .filter((i) => (cells[i] as number) / rows < 0.02 * (before[i] as number))
  const names = new Map<string, number>()
  const spelled = firstOfSpelling(known)
  for (const [category, count] of [...unseen].sort(([, left], [, right]) => right - left)) {
    const sameWord = spellings(category).flatMap((form) => spelled.get(form) ?? [])
    const share = count / rows
    const alike = gone
      .filter((i) => ![...names.values()].includes(i))
      .map((i) => ({ i, gap: Math.abs(share - (before[i] as number)) }))
      .filter(({ i, gap }) => gap <= massTolerance(before[i] as number, size))
      .sort((left, right) => left.gap - right.gap)[0]?.i
    const found = sameWord.length > 0 ? Math.min(...sameWord) : alike
    if (found !== undefined) names.set(category, found)
  }
  return names
}

/** Spelling -> position of the first known category that is written so. */
function firstOfSpelling(known: readonly string[]): Map<string, number> {
  const positions = new Map<string, number>()
  for (const [i, name] of known.entries()) {
    for (const form of spellings(name)) if (!positions.has(form)) positions.set(form, i)
  }
  return positions
}

/** Three standard errors of a difference of shares, and a tenth of the share. */
const massTolerance = (share: number, size: number): number =>
  3 * Math.sqrt((share * (1 - share)) / size) + share / 10

function renamed({ cells, unseen }: Part, names: ReadonlyMap<string, number>): Part {
  const restored = Float64Array.from(cells)
  const rest = new Map(unseen)
  const last = restored.length - 1
  for (const [category, i] of names) {
    const count = rest.get(category) ?? 0
    restored[i] = (restored[i] as number) + count
    restored[last] = (restored[last] as number) - count
    rest.delete(category)
  }
  return { cells: restored, unseen: rest }
}
