import type { Binning } from '../../contracts/binning.ts'
import type { FeatureSettings } from '../../contracts/config.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import {
  addRow,
  buildBinning,
  createProfile,
  mergeProfiles,
  type Profile,
  segmenter,
} from '../../profiles/index.ts'
import { normalSf } from '../../statistics/special.ts'
import { gauss, generator, type Next } from '../false-alarms/generator.ts'
import type { Case } from './cases.ts'
import { addDraws, type CellDraws, cellDraws, words } from './cell-draws.ts'
import { type CountedFeature, countedFeature } from './counted-feature.ts'
import { drawnValue, group, inside, type Law, laws, score } from './laws.ts'

export const watched: readonly Law[] = [...laws, score]

export const sizes = { reference: 20_000, window: 2_000 } as const

/** The reference covers so many hours, so that it holds what goes round and wanders. */
const referenceHours = 336

export const features: Readonly<Record<string, FeatureSettings>> = Object.fromEntries(
  laws.map(({ name, kind }) => [name, { type: kind, minimumEffect: 0 } as FeatureSettings]),
)

/** One hour: all rows, and those of each segment in the order of the reference's. */
export interface Hour {
  readonly whole: Profile
  readonly segments: readonly Profile[]
}

export interface World {
  readonly binning: Binning
  readonly reference: Profile
  readonly segments: readonly { readonly name: string; readonly profile: Profile }[]
  /** The rows of the reference by feature, the score last. */
  readonly rows: readonly (readonly FeatureValue[])[]
  /** The next hour, `rows` of them. */
  hour(rows?: number): Hour
}

/** A model with a reference of its own, and the hours after it. The same seeds give the same counts. */
export function createWorld(one: Case, seed: number, quarter: number): World {
  const next = generator(seed, quarter)
  const moves = one.moves?.(watched.length, next) ?? null
  const rows = referenceRows(one, moves, next)
  const binning = buildBinning('bench', '1', features, rows, { segments: [group.name] })
  const reference = createProfile(binning)
  const bySegment = new Map<string, Profile>()
  const segmentsOf = segmenter(binning)
  for (const values of rows) {
    addRow(reference, values)
    const [name = ''] = segmentsOf(values)
    const profile = bySegment.get(name) ?? createProfile(binning)
    bySegment.set(name, profile)
    addRow(profile, values)
  }
  const segments = [...bySegment]
    .map(([name, profile]) => ({ name, profile }))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
  const counted = watched.map((law, i) => countedFeature(law, reference.features[i]!))
  const still = counted.map(({ weights }) => cellDraws(weights))
  const state = words(next)
  let at = referenceHours
  const hour = (size: number = sizes.window): Hour => {
    const moved = moves?.(at++) ?? null
    const draws = moved === null ? still : counted.map((each, i) => drawsOf(each, moved[i]!))
    return drawHour(binning, counted, draws, { rows: size, cluster: one.cluster }, state)
  }
  return { binning, reference, segments, rows, hour }
}

function referenceRows(
  { cluster }: Case,
  moves: ((hour: number) => Float64Array) | null,
  next: Next,
): FeatureValue[][] {
  const rows: FeatureValue[][] = []
  const users = Math.ceil(sizes.reference / cluster)
  let moved: Float64Array | null = null
  let last = -1
  for (let user = 0; user < users; user++) {
    const now = Math.floor((user / users) * referenceHours)
    if (now !== last && moves !== null) moved = moves(now)
    last = now
    const row = watched.map((law, i) => {
      const u = moved === null ? inside(next) : normalSf(-gauss(next) - (moved[i] as number))
      return law.missing > 0 && next() < law.missing ? null : drawnValue(law, u)
    })
    for (let k = 0; k < cluster; k++) rows.push(row)
  }
  return rows
}

const drawsOf = ({ bounds, missing, order }: CountedFeature, move: number): CellDraws => {
  const weights = new Float64Array(order.cells + 1)
  let before = 0
  for (let i = 0; i < bounds.length; i++) {
    const until = below((bounds[i] as number) - move)
    const cell = order.of[i] as number
    weights[cell] = (weights[cell] as number) + (1 - missing) * Math.max(0, until - before)
    before = until
  }
  weights[order.cells] = missing
  return cellDraws(weights)
}

const below = (z: number): number => (z === Infinity ? 1 : z === -Infinity ? 0 : normalSf(-z))

/** Rows of one hour: how many fall into each segment, then the cells of each feature there. */
function drawHour(
  binning: Binning,
  counted: readonly CountedFeature[],
  draws: readonly CellDraws[],
  { rows, cluster }: { readonly rows: number; readonly cluster: number },
  state: Int32Array,
): Hour {
  const users = Math.round(rows / cluster)
  const sizesOf = new Float64Array(group.shares.length + 1)
  addDraws(draws[0] as CellDraws, users, 1, sizesOf, state)
  const whole = createProfile(binning)
  const segments = group.shares.map((_, segment) => {
    const profile = createProfile(binning)
    const size = sizesOf[segment] as number
    profile.rows = size * cluster
    for (let i = 0; i < counted.length; i++) {
      const each = counted[i] as CountedFeature
      const cells = new Float64Array(each.order.cells + 1)
      if (i === 0) cells[segment] = size * cluster
      else addDraws(draws[i] as CellDraws, size, cluster, cells, state)
      each.fill(profile.features[i]!, cells)
    }
    mergeProfiles(whole, profile)
    return profile
  })
  return { whole, segments }
}
