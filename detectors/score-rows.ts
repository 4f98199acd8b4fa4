import type { Binning } from '../contracts/binning.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { JointScores } from '../contracts/report.ts'
import type { SampledRow } from '../profiles/index.ts'
import { seededRandom, seedOf } from '../statistics/seeded-random.ts'
import { compareRows, type RowDetector } from './row-detector.ts'
import { type RowTable, rowTableOf } from './row-table.ts'
import { rowDetectors } from './rows.ts'

/** Rows of both sides and how they are compared. */
export interface RowSides {
  readonly reference: RowTable
  readonly current: RowTable
  /** The same text, the same draws: the digests of both sides. */
  readonly seed: string
  /** Rows that are not independent, several of one user say: then row detectors describe and never decide. */
  readonly clustered?: boolean
}

/** The same of sampled rows; null: no sample was kept. */
export interface SampleSides extends Omit<RowSides, 'reference' | 'current'> {
  readonly binning: Binning
  readonly reference: readonly SampledRow[] | null
  readonly current: readonly SampledRow[] | null
}

/**
 * The named row detectors over two tables. One that cannot read them is unavailable and says why; it still takes its
 * share, which is fixed before the rows are seen. Pure and deterministic. Throws DETECTOR_INPUT_INVALID for a name
 * that no row detector has.
 */
export const scoreRows = (names: readonly string[], sides: RowSides): JointScores[] =>
  names.map((name) => {
    const detector = rowDetectorOf(name)
    const { reference, current, seed, clustered } = sides
    try {
      const next = seededRandom(seedOf(`${seed} ${name}`))
      const { details = {}, ...score } = compareRows(detector, reference, current, {}, next)
      const told = detector.tell?.(score, details) ?? detector.title
      const sentence = clustered ? `${told}; rows are clustered, so it only describes` : told
      return { ...known(detector, clustered), score, details, sentence }
    } catch (error) {
      if (!(error instanceof DriftgateError) || error.code !== 'DETECTOR_INPUT_INVALID') throw error
      return absent(detector, clustered, String(error.details['reason']))
    }
  })

/** The same over samples of rows, which a model may forbid. */
export function scoreSamples(names: readonly string[], sides: SampleSides): JointScores[] {
  const { reference, current, binning, seed, clustered } = sides
  const missing =
    reference === null
      ? 'no sample of the rows of the reference was kept'
      : 'no sample of the rows of the window was kept'
  if (reference === null || current === null) {
    return names.map((name) => absent(rowDetectorOf(name), clustered, missing))
  }
  return scoreRows(names, {
    reference: rowTableOf(reference, binning),
    current: rowTableOf(current, binning),
    seed,
    ...(clustered && { clustered }),
  })
}

/** name -> version of its definition: part of the evidence of a verdict. */
export const rowDefinitions = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, rowDetectorOf(name).definition]))

function rowDetectorOf(name: string): RowDetector {
  const detector = (rowDetectors as Record<string, RowDetector>)[name]
  if (detector !== undefined) return detector
  throw new DriftgateError('DETECTOR_INPUT_INVALID', {
    detector: name,
    reason: `it is none of ${Object.keys(rowDetectors).join(', ')}`,
  })
}

const known = ({ name, role, minimumEffect }: RowDetector, clustered = false) => ({
  detector: name,
  decides: role === 'test' && !clustered,
  minimumEffect,
})

const absent = (
  detector: RowDetector,
  clustered: boolean | undefined,
  sentence: string,
): JointScores => ({ ...known(detector, clustered), score: null, details: {}, sentence })
