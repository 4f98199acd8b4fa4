import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ReferenceEvidence, Unused } from '../contracts/reference-report.ts'
import { type ReferenceSettings, reachOf } from '../contracts/reference-settings.ts'
import type { Window } from '../contracts/report.ts'
import { localTimeIn } from '../formats/local-time.ts'
import {
  joinedPieces,
  type Piece,
  type ReferenceGrid,
  rollingPieces,
  sameHourPieces,
  unusedBecause,
  type Wanted,
} from '../policies/references.ts'
import { mergeSamples, type Profile, type Sample } from '../profiles/index.ts'
import { RowsBySegment, type SegmentedRows } from './rows-by-segment.ts'

/** A reference that is merged from parts of the log, for one look. */
export interface ComputedLook extends SegmentedRows {
  /** Of the reference. */
  readonly name: string
  /** Segments are those of the look at the window itself (1) alone. */
  readonly windows: number
  /** Event time that was merged. */
  readonly merged: readonly Piece[]
  readonly unused: Unused | null
}

export interface LooksAsked {
  readonly settings: ModelSettings
  readonly window: Window
  readonly binning: Binning
  /** Lengths of the looks in windows, the window itself (1) among them. */
  readonly looks: readonly number[]
  /** Whether a window, by its start, may be part of a reference. */
  readonly feeds: ReferenceGrid['feeds']
  /** Of the verdict on record, which fixed what was merged; absent: the window is judged for the first time. */
  readonly recorded?: readonly ReferenceEvidence[]
  /** Whether retention took counts that references want; of a verdict on record its evidence says it. */
  readonly gone?: boolean
}

/** One look while it is filled. */
export class OpenLook {
  readonly name: string
  readonly windows: number
  readonly wanted: Wanted
  readonly #rows: RowsBySegment
  /** Pieces in which there were rows. */
  readonly #held = new Set<Piece>()

  constructor(name: string, windows: number, wanted: Wanted, binning: Binning) {
    this.name = name
    this.windows = windows
    this.wanted = wanted
    this.#rows = new RowsBySegment(binning)
  }

  /** Rows of a piece, those of a segment by its name; of all rows their sample too where there is one. */
  take(piece: Piece, segment: string, profile: Profile, sample: Sample | null = null): void {
    if (segment === '') this.#held.add(piece)
    if (segment === '' || this.windows === 1) this.#rows.take(segment, profile, sample)
  }

  /** Sampled rows of a piece that was taken without. */
  takeSample(sample: Sample): void {
    mergeSamples(this.#rows.sample, sample)
  }

  /** `gone`: retention took some of what it wants. */
  end(minimumRows: number, gone: boolean): ComputedLook {
    const { name, windows, wanted } = this
    const { profile, sample, segments } = this.#rows
    const merged = joinedPieces([...this.#held])
    const ms = merged.reduce((sum, { start, end }) => sum + end - start, 0)
    const unused = unusedBecause(wanted, { ms, rows: profile.rows, gone }, minimumRows)
    return { name, windows, profile, sample, segments, merged, unused }
  }
}

/** Hands every look the rows of the pieces that it wants. */
export type FillLooks = (looks: readonly OpenLook[]) => Promise<void>

/**
 * The references that are merged from earlier parts of the log, by name, each with one entry per look. None holds a
 * window of the look. The same parts give the same bytes.
 *
 * Errors: HOLIDAYS_NOT_READ where a file of holidays was not read when the configuration was applied.
 */
export async function computedReferences(
  asked: LooksAsked,
  fill: FillLooks,
): Promise<Map<string, ComputedLook[]>> {
  const { settings, binning, recorded = [] } = asked
  const named = Object.entries(settings.references).filter(([, { kind }]) => kind !== 'training')
  if (named.length === 0) return new Map()
  const recordedLook = (name: string, windows: number) =>
    recorded.find((one) => one.name === name)?.looks.find((look) => look.windows === windows)
  const looks = named.flatMap(([name, reference]) =>
    asked.looks.map((windows) => {
      const wanted = wantedOf(reference, windows, asked)
      const merged = recordedLook(name, windows)?.merged
      const fixed = merged === undefined ? wanted : { ...wanted, pieces: instants(merged) }
      return new OpenLook(name, windows, fixed, binning)
    }),
  )
  await fill(looks)
  const { minimumRows } = settings.detection
  const ended = looks.map((look) => {
    const before = recordedLook(look.name, look.windows)
    const gone = before === undefined ? asked.gone : before.unused?.code === 'COUNTS_NOT_KEPT'
    return look.end(minimumRows, gone ?? false)
  })
  return Map.groupBy(ended, ({ name }) => name)
}

/** How far before a look at so many windows the references that are merged from the log may reach, milliseconds. */
export const referencesReach = (
  { references, window }: Pick<ModelSettings, 'references' | 'window'>,
  windows: number,
): number => windows * window.length + Math.max(0, ...Object.values(references).map(reachOf))

/** What a look at so many windows wants. */
function wantedOf(
  reference: ReferenceSettings,
  windows: number,
  { settings, window, feeds }: LooksAsked,
): Wanted {
  const { length, bucket, anchor } = settings.window
  const grid = { length, bucket, anchorMs: Date.parse(anchor), feeds }
  const endMs = Date.parse(window.end)
  const look = { startMs: endMs - windows * length, endMs }
  if (reference.kind === 'rolling') return rollingPieces(reference, look, grid)
  const { zone = 'UTC', weeks, holidays = [] } = reference
  if (typeof holidays === 'string')
    throw new DriftgateError('HOLIDAYS_NOT_READ', { file: holidays })
  return sameHourPieces({ ...(weeks && { weeks }), holidays }, look, grid, localTimeIn(zone))
}

const instants = (merged: readonly (readonly [string, string])[]): Piece[] =>
  merged.map(([start, end]) => ({ start: Date.parse(start), end: Date.parse(end) }))
