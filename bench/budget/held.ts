import type { Held } from '../../judging/judge-profiles.ts'
import { type LookedAt, type ReferenceGrid, sameHourPieces } from '../../policies/references.ts'
import { createProfile, mergeProfiles, type Profile } from '../../profiles/index.ts'
import type { Case } from './cases.ts'
import type { Hour, World } from './world.ts'

const hourMs = 3_600_000
/** As `same-hour-of-week` has it by default. */
const weeks = 8
export const warmUp = weeks * 168

/** What windows are held against. */
export interface References {
  /** Every hour is told, in order of time. */
  readonly add: (startMs: number, hour: Hour) => void
  /** What the window that starts then is held against, and the longer spans that end with it. */
  readonly at: (startMs: number) => Pick<Held, 'reference' | 'cells'> & {
    readonly segments: readonly Profile[]
    /** Of a span of so many windows. */
    readonly ofSpan: (windows: number) => Profile
  }
}

/** `feeds`: whether a window, by its start, may be part of a computed reference. */
export function referencesOf(
  { against = 'training' }: Pick<Case, 'against'>,
  world: World,
  anchorMs: number,
  feeds: (startMs: number) => boolean,
): References {
  return against === 'training' ? training(world) : sameHour(world, anchorMs, feeds)
}

function training({ reference, segments }: World): References {
  const held = {
    reference,
    segments: segments.map(({ profile }) => profile),
    ofSpan: () => reference,
  }
  return { add: () => {}, at: () => held }
}

/** The same hours of the week in the eight weeks before, as the product picks them. */
function sameHour(
  { binning, segments }: World,
  anchorMs: number,
  feeds: (startMs: number) => boolean,
): References {
  const hours = new Map<number, Hour>()
  const grid: ReferenceGrid = {
    ...{ length: hourMs, bucket: hourMs, anchorMs },
    feeds: (start) => hours.has(start) && feeds(start),
  }
  const before = (look: LookedAt): Hour[] =>
    sameHourPieces({ weeks }, look, grid, (timeMs) => timeMs).pieces.flatMap(({ start, end }) => {
      // Pieces may touch: each is of whole hours.
      const count = Math.round((end - start) / hourMs)
      return Array.from({ length: count }, (_, i) => hours.get(start + i * hourMs) as Hour)
    })
  const merged = (profiles: readonly Profile[]): Profile => {
    const into = createProfile(binning)
    for (const profile of profiles) mergeProfiles(into, profile)
    return into
  }
  return {
    add(startMs, hour) {
      hours.set(startMs, hour)
      // The longest look begins a week before its reference ends.
      hours.delete(startMs - (warmUp + 2 * 168) * hourMs)
    },
    at(startMs) {
      const endMs = startMs + hourMs
      const own = before({ startMs, endMs })
      return {
        cells: 'given',
        reference: merged(own.map(({ whole }) => whole)),
        segments: segments.map((_, k) => merged(own.map((hour) => hour.segments[k] as Profile))),
        ofSpan: (windows) =>
          merged(before({ startMs: endMs - windows * hourMs, endMs }).map(({ whole }) => whole)),
      }
    },
  }
}
